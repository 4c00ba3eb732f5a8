import { randomInt } from "node:crypto";
import fc from "fast-check";

/** Checks a property on some dozens of cases, or as many as `FUZZ_RUNS` says. The seed is printed, and `TEST_SEED` repeats it. */
export async function fuzz(name: string, property: fc.IAsyncProperty<unknown[]>, runs = 40): Promise<void> {
  const seed = Number(process.env["TEST_SEED"] ?? randomInt(1, 2 ** 31));
  console.log(`      seed ${seed} (${name}; TEST_SEED=${seed} repeats it)`);
  await fc.assert(property, { seed, numRuns: Number(process.env["FUZZ_RUNS"] ?? runs), endOnFailure: true });
}
