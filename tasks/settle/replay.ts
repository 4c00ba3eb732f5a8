import { open } from "node:fs/promises";
import {
  decodeLogHeader,
  LOG_HEADER_BYTES,
  LogDamagedError,
  type LogHeader,
  logPath,
  ReplayDifferenceError,
  replayLog,
} from "../../executor/index.ts";
import { badInput, ExitCode } from "../../sdk/errors.ts";
import type { CommonArguments } from "../lib/flags.ts";
import type { Outcome } from "../lib/outcome.ts";
import { runAction } from "../lib/run-action.ts";

interface ReplayArguments extends CommonArguments {
  readonly folder: string;
  readonly plain: boolean;
  readonly fromStart: boolean;
}

export default runAction<ReplayArguments>("settle.replay", (_context, args) => replayFolder(args));

/** Runs the batches of a desk's log again and insists on the outcomes that stand in it. Changes nothing. */
export async function replayFolder({ folder, plain, fromStart }: Omit<ReplayArguments, "json">): Promise<Outcome> {
  const path = logPath(folder);
  const header = await readHeader(path);
  const { chainId, desk } = header;

  try {
    const replay = await replayLog(folder, header, {
      run: plain ? "judge" : "fast",
      from: fromStart ? "start" : "snapshot",
    });
    const { state, open: openBatches, batches, frames, torn, skippedSnapshots } = replay;
    const data = {
      log: path,
      chainId,
      desk,
      firstBatch: header.firstBatch,
      lastBatch: state.lastBatch,
      open: openBatches.map(({ number, isDecided, settled }) => ({ number, isDecided, settledChunks: settled.size })),
      batchesRun: batches,
      frames,
      instructionsFinal: state.final.size,
      torn: torn ?? null,
      skippedSnapshots,
    };
    const text = [
      `Log of desk ${desk} on chain ${chainId}, from batch ${header.firstBatch}: ${frames} frames.`,
      `${batches} batches were run again (${plain ? "plain" : "fast"}, from ${fromStart ? "the start" : "the newest snapshot"}); each came to what the log says.`,
      `The last closed batch is ${state.lastBatch}; ${state.final.size} instructions are final, ${openBatches.length} batches open.`,
      ...(torn === undefined ? [] : [`Behind the last whole frame there is a torn one; the next run cuts it off.`]),
      ...skippedSnapshots.map(({ path: skipped, why }) => `Snapshot passed over: ${skipped}, ${why}`),
    ].join("\n");
    return { data, text };
  } catch (error) {
    if (!(error instanceof ReplayDifferenceError) && !(error instanceof LogDamagedError)) throw error;
    const exitCode = ExitCode.checkFailed;
    const todo = "keep the folder as it is, and take the log from a copy that replays";
    const problem = { what: "the log does not replay", where: path, why: error.message, todo, exitCode };
    return { data: null, text: "", exitCode, error: problem };
  }
}

async function readHeader(path: string): Promise<LogHeader> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    const todo = "name the folder in which batches.log is";
    throw badInput("there is no log", { where: path, why: error.code ?? error.message, todo });
  });
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(LOG_HEADER_BYTES), 0, LOG_HEADER_BYTES, 0);
    return decodeLogHeader(buffer.subarray(0, bytesRead), path);
  } catch (error) {
    throw badInput("this is no log", { where: path, why: error instanceof Error ? error.message : String(error) });
  } finally {
    await file.close();
  }
}
