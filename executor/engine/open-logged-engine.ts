import { AppendLog } from "../log/append-log.ts";
import type { FileLayer } from "../log/file-layer.ts";
import type { CheckLevel } from "../replay/check-level.ts";
import { logPath } from "../replay/replay-log.ts";
import { AppendEngineLog } from "./append-engine-log.ts";
import type { Engine, EngineOpening, EngineOptions } from "./engine.ts";
import { EngineReplay } from "./engine-replay.ts";

export interface LoggedEngineOptions extends Omit<EngineOptions, "log"> {
  readonly files?: FileLayer;
  /** How much of what is in the log already is checked. Left out: `all`. */
  readonly check?: CheckLevel;
}

/**
 * Opens an engine that writes to the log in `folder`. If batches are in it already, they are run again from the opening that the
 * first of them holds; each has to come to its outcome in the log, and one that has none there, because a crash kept it out, gets
 * it now: every batch in the log then has its whole end there. Throws a `ReplayDifferenceError` if a batch comes to something else.
 */
export async function openLoggedEngine(
  folder: string,
  opening: EngineOpening,
  { files, check, ...options }: LoggedEngineOptions = {},
): Promise<Engine> {
  const { snapshot, firstNumber = 1n } = opening;
  const identity = { chainId: snapshot.chainId, desk: snapshot.desk, firstBatch: firstNumber };
  const replay = await EngineReplay.create(options, check);
  let log: AppendLog | undefined;
  try {
    log = await AppendLog.open(logPath(folder), identity, {
      ...(files === undefined ? {} : { files }),
      visit: (frame) => replay.visit(frame),
    });
    return await replay.finish(opening, await AppendEngineLog.over(log));
  } catch (error) {
    await replay.stop(error);
    await log?.close();
    throw error;
  }
}
