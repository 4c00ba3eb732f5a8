import { randomInt } from "node:crypto";

/** A reproducible source of random numbers; `seed` names itself in failure messages. */
export interface SeededRandom {
  readonly seed: string;
  /** A whole number in [0, bound). */
  below(bound: number): number;
}

/**
 * Random numbers for a test. The seed is printed, and `TEST_SEED` repeats a run.
 * The generator is a 32-bit xorshift (Marsaglia, 2003): short, and good enough to mix cases.
 */
export function seededRandom(name: string): SeededRandom {
  const chosen = Number(process.env["TEST_SEED"] ?? randomInt(1, 2 ** 31));
  let state = chosen >>> 0 || 1;
  console.log(`      seed ${chosen} (${name}; TEST_SEED=${chosen} repeats it)`);
  return {
    seed: `seed ${chosen}`,
    below(bound: number): number {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      state >>>= 0;
      return state % bound;
    },
  };
}
