import { expect } from "chai";
import { compareResults, readBatchFile, receiptsOf, runBatch, runSequential } from "../../executor/index.ts";
import { randomKinds } from "./worlds/random-kinds.ts";

const WORLDS = 160;

/** Codes that so many worlds meet, whatever the seed. */
const REACHED = [
  0, 11, 20, 22, 35, 101, 105, 110, 115, 116, 117, 122, 123, 124, 125, 126, 127, 129, 131, 132, 134, 135, 136, 137, 138,
  139, 140, 141, 142, 143, 144, 145,
];

const { SEED } = process.env;

describe("Random worlds of every kind", function () {
  this.timeout(300_000);
  const firstSeed = Number(SEED ?? Math.floor(Math.random() * 2 ** 31));

  it(`come out the same as in one pass, and from their files (SEED=${firstSeed})`, async () => {
    const met = new Set<number>();

    for (let seed = firstSeed; seed < firstSeed + WORLDS; seed++) {
      const input = randomKinds(seed);
      const judge = await runSequential(input);
      const difference = compareResults(judge, await runBatch(input, { workers: 0 }));
      expect(difference, `SEED=${seed}`).to.equal(undefined);
      const again = compareResults(judge, await runSequential(readBatchFile(judge.file)));
      expect(again, `SEED=${seed}, from its file`).to.equal(undefined);
      for (const { code } of receiptsOf(judge)) met.add(code);
    }

    // What the worlds are for: if they stopped reaching the rare checks, the comparison would prove little.
    for (const code of REACHED) {
      expect(met.has(code), `no world met code ${code} (SEED=${firstSeed})`).to.equal(true);
    }
  });
});
