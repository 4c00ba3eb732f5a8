import { randomInt } from "node:crypto";
import { createRandom, randomInteger } from "../../executor/index.ts";

/** A reproducible source of random numbers; `seed` names itself in failure messages. */
export interface SeededRandom {
  readonly seed: string;
  /** A whole number in [0, bound). */
  below(bound: number): number;
}

/** Random numbers for a test. The seed is printed, and `TEST_SEED` repeats a run. */
export function seededRandom(name: string): SeededRandom {
  const chosen = Number(process.env["TEST_SEED"] ?? randomInt(1, 2 ** 31));
  const random = createRandom(chosen);
  console.log(`      seed ${chosen} (${name}; TEST_SEED=${chosen} repeats it)`);
  return {
    seed: `seed ${chosen}`,
    below: (bound) => randomInteger(random, 0, bound - 1),
  };
}
