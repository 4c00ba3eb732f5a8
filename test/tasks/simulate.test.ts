import { expect } from "chai";
import { ExecutorInputError } from "../../executor/index.ts";
import { simulateSeeds } from "../../executor/simulate/simulate-seeds.ts";
import { ExitCode, MoietyError } from "../../sdk/errors.ts";
import { parseSeeds, report } from "../../tasks/settle/simulate.ts";
import { expectRejected } from "../helpers/expect-rejected.ts";

describe("settle simulate", function () {
  this.timeout(120_000);

  it("takes one seed, or the first and the last of many", () => {
    expect(parseSeeds({ seed: 17, seeds: "" })).to.deep.equal({ first: 17, last: 17 });
    expect(parseSeeds({ seed: 1, seeds: "1..200" })).to.deep.equal({ first: 1, last: 200 });
    for (const seeds of ["1-200", "200..1", "..3", "a..b", "1..2..3", "0x1..2"]) {
      expect(() => parseSeeds({ seed: 1, seeds }), seeds).to.throw(MoietyError, "is no range of seeds");
    }
  });

  it("comes to the same in threads as without them, and ends with 0", async () => {
    const range = { first: 5, last: 10, batches: 3 };
    const alone = await simulateSeeds(range);
    const shared = await simulateSeeds({ ...range, threads: 2 });
    expect(shared).to.deep.equal(alone);

    const { exitCode, text, data } = report(alone, 3, 2);
    expect(exitCode).to.equal(undefined);
    expect(text).to.include("Everything held.").and.include("18 batches").and.include("9 batches a second");
    expect(data).to.include({ batches: 18, batchesPerSecond: 9, traceHash: alone.traceHash });
  });

  it("names seed, step, what was broken and the command that shows it again, and ends with 6", async () => {
    const seeds = await simulateSeeds({ first: 1, last: 4, batches: 12, bug: "hiddenLoss" });
    const [failure] = seeds.failures;
    const { exitCode, error, text } = report(seeds, 12, 1);

    expect(exitCode).to.equal(ExitCode.checkFailed);
    expect(error?.what).to.equal(`${seeds.failures.length} of 4 seeds found something`);
    expect(error?.details?.[0]).to.equal(
      `${failure?.message}; again: npx hardhat settle simulate --seed ${failure?.seed} --batches 12`,
    );
    expect(failure?.message).to.match(/^seed \d+, step \d+: batch \d+/);
    expect(text).to.include(`\n${failure?.step} `).and.not.include("Everything held");
    expect(
      (await simulateSeeds({ first: 1, last: 4, batches: 12, bug: "hiddenLoss", threads: 1 })).failures,
    ).to.deep.equal(seeds.failures);
  });

  it("refuses what it cannot count to", async () => {
    for (const wrong of [{ first: -1 }, { last: 0 }, { batches: 0 }, { batches: 1.5 }, { threads: 1_000 }]) {
      await expectRejected(simulateSeeds({ first: 1, last: 2, batches: 1, ...wrong }), ExecutorInputError);
    }
  });
});
