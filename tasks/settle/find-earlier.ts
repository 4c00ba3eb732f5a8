import { type BatchResult, readBatchFile, runBatch } from "../../executor/index.ts";
import { knownRefusal } from "../../sdk/settler/batch-poster.ts";
import { readProgress, readSettled } from "../../sdk/settler/batch-progress.ts";
import type { DeskLog } from "../../sdk/settler/desk-log.ts";
import type { EndedBatch } from "../../sdk/settler/next-input.ts";
import type { SettlerJournal } from "../../sdk/settler/settler-journal.ts";
import { type FileRun, workersOf } from "./settle-file.ts";

/** How far earlier starts of a run have come. */
export interface Earlier {
  readonly ended: readonly EndedBatch[];
  /** A batch that is decided and not through. */
  readonly current: BatchResult | undefined;
}

/**
 * Reads off the run's batch files, the desk's log and the chain what was done before. A file of a batch that neither log nor
 * chain know was given up.
 */
export async function findEarlier(
  run: FileRun,
  { journal: log }: DeskLog,
  journal: SettlerJournal,
  files: readonly Uint8Array[],
): Promise<Earlier> {
  const ended: EndedBatch[] = [];
  const [open] = log.open;

  for (const file of files) {
    if (open?.result !== undefined && Buffer.compare(open.file, file) === 0) return { ended, current: open.result };

    const input = readBatchFile(file);
    const result = await runBatch(input, workersOf(run));
    const { state } = await readProgress(run.suite, result);
    if (state === "open") return { ended, current: result };
    if (state !== "closed") break;
    const settled = await readSettled(run.suite, result);
    const refusal = settled.size === result.chunks.length ? undefined : knownRefusal(journal, result);
    ended.push({ input, result, settled, refusal, mismatches: [] });
  }
  return { ended, current: undefined };
}
