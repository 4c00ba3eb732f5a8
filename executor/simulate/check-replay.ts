import { replayLog } from "../replay/replay-log.ts";
import { requireSameState } from "./check-state.ts";
import type { DeskWorld } from "./desk-world.ts";
import { insist } from "./insist.ts";
import { IDENTITY } from "./order-book.ts";
import { FOLDER } from "./surroundings.ts";

/** One log in so many is replayed from its first batch by the judge, which takes as long as all before. */
const JUDGED_FROM_START = 3;

/** The log comes to what the chain holds: always from the newest snapshot, and at times from its start by the judge. */
export async function replayEverything({ disk, chain, dice }: DeskWorld): Promise<void> {
  const fromStart = dice.oneIn(JUDGED_FROM_START) ? [{ from: "start", run: "judge" } as const] : [];
  for (const options of [{ from: "snapshot" } as const, ...fromStart]) {
    const { state, open } = await replayLog(FOLDER, IDENTITY, { ...options, files: disk });
    insist(open.length === 0, `${open.length} batches are open in the end`);
    requireSameState(state, chain.closed, `replayed from its ${options.from}`);
  }
}
