import { AppendEngineLog } from "../engine/append-engine-log.ts";
import { AppendLog } from "../log/append-log.ts";
import { decodeEntry, type LogEntry } from "../log/entries.ts";
import { CUT } from "../log/frame.ts";
import type { Frame } from "../log/frame-reader.ts";
import { outcomeOf, requireSameOutcome } from "../replay/outcome.ts";
import { logPath } from "../replay/replay-log.ts";
import type { EngineWorld } from "./engine-world.ts";
import { insist } from "./insist.ts";
import { IDENTITY } from "./order-book.ts";
import { slowFiles } from "./slow-files.ts";
import { FOLDER } from "./surroundings.ts";

/**
 * Opens the log of an engine and runs again, by the plain executor, what is in it and has no outcome there. Insists that
 * the log holds every batch that was acknowledged, none that was not sent, and of each what it came to.
 */
export async function recoverEngine(world: EngineWorld): Promise<AppendEngineLog> {
  const { disk, scheduler, dice, bug } = world;
  const entries: LogEntry[] = [];
  const visit = async (frame: Frame) => {
    if (frame.kind < CUT) entries.push(decodeEntry(frame));
  };
  const files = slowFiles(disk, scheduler, dice, bug);
  const log = await AppendLog.open(logPath(FOLDER), IDENTITY, { files, visit });
  const engineLog = await AppendEngineLog.over(log);
  await followEntries(world, entries, engineLog);
  return engineLog;
}

/** Holds the entries of a log against what was sent; outcomes that a crash has kept out are written to `missing`. */
export async function followEntries(
  world: EngineWorld,
  entries: readonly LogEntry[],
  missing?: AppendEngineLog,
): Promise<void> {
  const { line, sent, acknowledged } = world;
  const inputs = entries.filter((entry) => entry.kind === "input");
  const outcomes = entries.filter((entry) => entry.kind === "outcome");
  for (const [place, { number }] of [...inputs.entries(), ...outcomes.entries()]) {
    insist(number === BigInt(place + 1), `batch ${number} stands where batch ${place + 1} belongs`);
  }
  insist(outcomes.length <= inputs.length, "a batch has an outcome and is not in the log");
  insist(
    BigInt(outcomes.length) >= acknowledged,
    `batch ${acknowledged} was acknowledged and has no outcome in the log`,
  );

  for (const { number, file } of inputs) {
    const batch = sent.get(number);
    insist(batch !== undefined, `batch ${number} is in the log and was never sent`);
    if (number > line.last) {
      await line.advance(batch);
      world.judged += 1;
    }
    const judged = line.resultOf(number);
    insist(Buffer.compare(judged.file, file) === 0, `batch ${number} is not in the log as it was sent`);
    const outcome = outcomes[Number(number) - 1];
    if (outcome === undefined) await missing?.outcome(judged);
    else requireSameOutcome(outcome, await outcomeOf(judged));
  }
}
