import { nodeFiles } from "../log/file-layer.ts";
import type { LogIdentity } from "../log/log-header.ts";
import { BatchJournal } from "../replay/batch-journal.ts";
import type { ReplayOptions } from "../replay/replay-log.ts";
import { AppendEngineLog } from "./append-engine-log.ts";
import type { EngineOpening } from "./engine.ts";

/** What an engine goes on with behind a log. */
export interface RecoveredEngine {
  /** Takes what comes next. */
  readonly log: AppendEngineLog;
  /** What everything in the log has left; undefined if there is no batch in it. */
  readonly opening: EngineOpening | undefined;
}

/**
 * Opens the log of an engine in `folder` (made if there is none), runs again what a crash may have interrupted, and writes
 * the ends that are missing: every batch in the log then has its outcome and is closed in whole. Ends with a snapshot, so
 * that the next opening need not run it once more. Throws a `ReplayDifferenceError` if a batch comes out otherwise than
 * the log says.
 */
export async function recoverEngine(
  folder: string,
  identity: LogIdentity,
  options: Omit<ReplayOptions, "check"> = {},
): Promise<RecoveredEngine> {
  const journal = await BatchJournal.open(folder, identity, { files: nodeFiles, ...options });
  try {
    const hadOpen = journal.open.length > 0;
    for (const { number, result, settled } of [...journal.open]) {
      const left = [...(result?.chunks.keys() ?? [])].filter((chunk) => !settled.has(chunk));
      if (left.length > 0) await journal.settled(number, left);
      await journal.closeBatch(number);
    }
    if (hadOpen) await journal.snapshot();

    const { state, lastFileHash, nextNumber } = journal;
    const log = await AppendEngineLog.over(await journal.handOver());
    const { positions, final, filled } = state;
    if (positions === undefined) return { log, opening: undefined };
    const opening = { snapshot: positions, alreadyFinal: final, filled, firstNumber: nextNumber };
    return { log, opening: lastFileHash === undefined ? opening : { ...opening, follows: lastFileHash } };
  } catch (error) {
    await journal.close();
    throw error;
  }
}
