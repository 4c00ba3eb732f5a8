/** A thread that takes seed after seed, together with its siblings, and says what each came to. */
import { parentPort, workerData } from "node:worker_threads";
import type { PlantedBug } from "./planted-bug.ts";
import { runSeed } from "./seed-outcome.ts";

/** What a thread is given. */
export interface SeedShift {
  /** The next seed that nobody has taken. */
  readonly next: Int32Array;
  readonly last: number;
  readonly batches: number;
  readonly bug: PlantedBug | undefined;
}

const { next, last, batches, bug }: SeedShift = workerData;
for (let seed = Atomics.add(next, 0, 1); seed <= last; seed = Atomics.add(next, 0, 1)) {
  parentPort?.postMessage(await runSeed({ seed, batches, bug }));
}
