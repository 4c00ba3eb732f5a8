import { decodeEntry } from "../log/entries.ts";
import { CUT } from "../log/frame.ts";
import { outcomeOf, requireSameOutcome } from "../replay/outcome.ts";
import { readFrames } from "./damage.ts";
import type { EngineWorld } from "./engine-world.ts";
import { insist } from "./insist.ts";

/**
 * Reads the log of an engine that was recovered, and insists that it holds every batch that was acknowledged, none that was
 * not sent, and of each what the plain executor makes of it.
 */
export async function checkEngineLog(world: EngineWorld): Promise<void> {
  const { line, sent, acknowledged } = world;
  const frames = (await readFrames(world.disk)).filter(({ kind }) => kind < CUT);
  const entries = frames.map(decodeEntry);
  const inputs = entries.filter((entry) => entry.kind === "input");
  const outcomes = entries.filter((entry) => entry.kind === "outcome");
  const closed = entries.filter((entry) => entry.kind === "closed");

  for (const list of [inputs, outcomes, closed]) {
    for (const [place, { kind, number }] of list.entries()) {
      insist(number === BigInt(place + 1), `"${kind}" of batch ${number} stands where batch ${place + 1} belongs`);
    }
    insist(list.length === inputs.length, `${inputs.length} batches are in the log, ${list.length} ended`);
  }
  insist(BigInt(inputs.length) >= acknowledged, `batch ${acknowledged} was acknowledged and is not in the log`);

  for (const [place, { number, file }] of inputs.entries()) {
    const batch = sent.get(number);
    const outcome = outcomes[place];
    insist(batch !== undefined && outcome !== undefined, `batch ${number} is in the log and was never sent`);
    if (number > line.last) {
      await line.advance(batch);
      world.judged += 1;
    }
    const judged = line.resultOf(number);
    insist(Buffer.compare(judged.file, file) === 0, `batch ${number} is not in the log as it was sent`);
    requireSameOutcome(outcome, await outcomeOf(judged));
  }
}
