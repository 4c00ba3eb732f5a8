import { expect } from "chai";
import {
  type BatchInput,
  type BatchResult,
  closePositions,
  compareResults,
  instructionsOf,
  isAccepted,
  readBatchFile,
  receiptsOf,
  runBatch,
  runSequential,
} from "../../executor/index.ts";
import { exactProblem } from "../../executor/optimised/exact-problem.ts";
import { isBetter, searchExactly } from "../../executor/optimised/exact-search.ts";
import { gridlockBatch } from "./worlds/gridlock-world.ts";
import { randomBatch } from "./worlds/random-world.ts";

/** Codes that the worlds meet, whatever the seed. */
const REACHED = [0, 20, 32, 117, 160, 161];

const WORLDS = 120;

const { SEED } = process.env;

describe("Optimised worlds", function () {
  this.timeout(300_000);
  const firstSeed = Number(SEED ?? Math.floor(Math.random() * 2 ** 31));

  /** A few shapes in turn, so that each seed alone says what its world is. */
  function worldOf(seed: number): BatchInput {
    const shape = seed % 5;
    if (shape === 0) return { ...randomBatch(seed), mode: "optimised" };
    const late = shape === 1 ? { recycleUntil: BigInt(1_800_000_000 + (seed % 3) - 1) } : {};
    const narrow = shape === 3 ? { maxChunkInstructions: 1 + (seed % 3), maxChunkPositions: 16 } : {};
    const trades = shape === 2 ? 60 : 24;
    return { ...gridlockBatch(seed, { trades, funded: 1 + (seed % 4), hostile: shape > 3 }), ...late, ...narrow };
  }

  it(`come out the same with and without workers as by the plain way (SEED=${firstSeed})`, async () => {
    const met = new Set<number>();

    for (let seed = firstSeed; seed < firstSeed + WORLDS; seed++) {
      const input = worldOf(seed);
      const judge = await runSequential(input);
      for (const workers of [0, 2]) {
        const difference = compareResults(judge, await runBatch(input, { workers }));
        expect(difference, `SEED=${seed}, ${workers} workers`).to.equal(undefined);
      }
      const again = compareResults(judge, await runSequential(readBatchFile(judge.file)));
      expect(again, `SEED=${seed}, from its file`).to.equal(undefined);
      expectSound(input, judge, seed);
      for (const { code } of receiptsOf(judge)) met.add(code);
    }

    for (const code of REACHED) {
      expect(met.has(code), `no world met code ${code} (SEED=${firstSeed})`).to.equal(true);
    }
  });

  /** Every instruction stands once, chunks are runs, and nobody ends below zero after any chunk. */
  function expectSound(input: BatchInput, result: BatchResult, seed: number): void {
    const ranks = instructionsOf(result).map(({ sequence }) => sequence);
    expect(new Set(ranks).size, `SEED=${seed}, places`).to.equal(ranks.length);

    let next = 0;
    let positions = input.snapshot;
    for (const chunk of result.chunks) {
      expect(chunk.firstInstruction, `SEED=${seed}, runs`).to.equal(next);
      next += chunk.instructionCount;
      const before = positions.shares.map(({ spendable }) => spendable);
      positions = closePositions(positions, [chunk]);
      const isSound =
        positions.cash.every(({ deposited }) => deposited >= 0n) &&
        positions.shares.every(({ spendable }, place) => spendable >= 0n || spendable >= (before[place] ?? 0n));
      expect(isSound, `SEED=${seed}, further below zero after chunk ${chunk.index}`).to.equal(true);
    }
    expect(next, `SEED=${seed}, all of them`).to.equal(ranks.length);
  }

  it(`come close to the best that an exact search finds, and never above it (SEED=${firstSeed})`, async () => {
    const found = { optimised: 0, exact: 0, strict: 0, best: 0, worlds: 0, gaps: 0 };

    for (let seed = firstSeed; seed < firstSeed + 120; seed++) {
      const input = gridlockBatch(seed, { trades: 14, funded: 1 + (seed % 3), hostile: seed % 4 === 0 });
      const result = await runSequential(input);
      const strict = await runSequential({ ...input, mode: "strict" });
      const instructions = instructionsOf(result);
      const ids = new Set(searchExactly(exactProblem(input, result)).ids);
      const ours = instructions.filter((_, index) => isAccepted(receiptsOf(result)[index]?.code ?? 1));
      const best = instructions.filter(({ id }) => ids.has(id));

      expect(isBetter(ours, best), `SEED=${seed}: better than the best`).to.equal(false);
      found.worlds += 1;
      found.optimised += ours.length;
      found.exact += best.length;
      found.strict += receiptsOf(strict).filter(({ code }) => isAccepted(code)).length;
      found.best += Number(!isBetter(best, ours));
      found.gaps += best.length === 0 ? 0 : 1 - ours.length / best.length;
    }

    const meanGap = ((100 * found.gaps) / found.worlds).toFixed(1);
    console.log(
      `      ${found.worlds} worlds: strict settles ${found.strict}, optimised ${found.optimised}, at best ${found.exact}; ` +
        `mean gap ${meanGap} %, best by priority in ${found.best} worlds`,
    );
    expect(found.optimised).to.be.greaterThan(found.strict);
    expect(found.gaps / found.worlds).to.be.lessThan(0.15);
  });
});
