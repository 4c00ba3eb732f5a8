import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { isFollowing } from "../../executor/formats/batch-file.ts";
import { type BatchInput, ExecutorInputError, readBatchFile } from "../../executor/index.ts";
import { badInput } from "../../sdk/errors.ts";
import { BATCH_FILE } from "./run-folder.ts";

/** A batch file that was read. */
export interface FoundBatch {
  readonly path: string;
  readonly file: Uint8Array;
  readonly input: BatchInput;
  /** The run's folder, if a folder was named. */
  readonly folder: string | undefined;
}

/** Reads a batch file, or that of a run's folder. */
export async function readBatchAt(place: string): Promise<FoundBatch> {
  const isFolder = await stat(place).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const path = isFolder ? join(place, BATCH_FILE) : place;
  const file = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    const todo = "name a batch file, or the folder that `settle run` has made";
    throw badInput("the batch file cannot be read", { where: path, why: error.code ?? error.message, todo });
  });

  try {
    return { path, file, input: readBatchFile(file), folder: isFolder ? place : undefined };
  } catch (error) {
    if (!(error instanceof ExecutorInputError)) throw error;
    if (isFollowing(file)) {
      throw badInput("this batch opens with what another one left, which its file does not repeat", {
        where: path,
        why: error.message,
        todo: "run it with the log that it stands in (`settle replay`); alone, only a file that holds its opening positions can be run",
        notDone: "nothing was run or written",
      });
    }
    throw badInput("this is no whole batch file", { where: path, why: error.message });
  }
}
