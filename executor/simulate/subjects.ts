import { decodeEntry } from "../log/entries.ts";
import { CUT } from "../log/frame.ts";
import { replayEverything } from "./check-replay.ts";
import { readFrames } from "./damage.ts";
import { DeskWorld } from "./desk-world.ts";
import { EngineLife } from "./engine-life.ts";
import { EngineWorld } from "./engine-world.ts";
import { ExecutorLife } from "./executor-life.ts";
import { insist } from "./insist.ts";
import { followEntries } from "./recover-engine.ts";
import type { Beginning, Surroundings } from "./surroundings.ts";

/** What is simulated: batches one by one with a chain that settles their chunks, or overlapped ones on carried state. */
export type SubjectName = "journal" | "engine";

export interface Subject {
  readonly name: SubjectName;
  readonly world: Surroundings;
  /** One life of the process, until everything is done. */
  live(isSnapshotDamaged: boolean): Promise<void>;
  /** What has to hold when it is. */
  conclude(): Promise<void>;
}

/** The subject of a world with `last` batches. */
export function createSubject(beginning: Beginning, last: bigint): Subject {
  return beginning.dice.oneIn(3) ? engineSubject(beginning, last) : journalSubject(beginning, last);
}

function journalSubject(beginning: Beginning, last: bigint): Subject {
  const world = new DeskWorld(beginning);
  return {
    name: "journal",
    world,
    live: (isSnapshotDamaged) => ExecutorLife.live(world, last, isSnapshotDamaged),
    conclude: () => replayEverything(world),
  };
}

function engineSubject(beginning: Beginning, last: bigint): Subject {
  const world = new EngineWorld(beginning);
  return {
    name: "engine",
    world,
    live: () => EngineLife.live(world, last),
    conclude: async () => {
      insist(world.line.last === last, `batch ${last} is not done`);
      const frames = (await readFrames(world.disk)).filter(({ kind }) => kind < CUT);
      await followEntries(world, frames.map(decodeEntry));
    },
  };
}
