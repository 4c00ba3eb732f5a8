import { expect } from "chai";
import { ExecutorInputError, fitScaling, predictRate } from "../../../executor/index.ts";

const LAW = { serialUs: 10, parallelUs: 160, perBatchUs: 4_000, contentionUs: 0.5 };
const measure = (workers: readonly number[], batchSizes: readonly number[], law = LAW) =>
  workers.flatMap((count) =>
    batchSizes.map((size) => ({ workers: count, batchSize: size, perSecond: predictRate(law, count, size) })),
  );

/** chai's `closeTo` reads its numbers as amounts of a chain here, which have no fractions. */
function expectNear(value: number | undefined, wanted: number, within: number): void {
  expect(Math.abs((value ?? Number.NaN) - wanted) < within, `${value} instead of ${wanted}`).to.equal(true);
}

describe("Scaling model", () => {
  it("finds the law that the points were made by", () => {
    const model = fitScaling(measure([1, 2, 4, 8], [256, 1_024, 4_096]));

    expectNear(model?.serialUs, 10, 1e-6);
    expectNear(model?.parallelUs, 160, 1e-6);
    expectNear(model?.perBatchUs, 4_000, 1e-4);
    expectNear(model?.contentionUs, 0.5, 1e-6);
    expect(model?.greatestError).to.be.below(1e-9);
    expect(model?.points).to.equal(12);
  });

  it("leaves out what the points cannot tell apart", () => {
    const twoCounts = fitScaling(measure([1, 2], [1_024], { ...LAW, perBatchUs: 0, contentionUs: 0 }));
    expect(twoCounts).to.include({ perBatchUs: 0, contentionUs: 0 });
    expectNear(twoCounts?.serialUs, 10, 1e-6);

    expect(fitScaling(measure([2], [256, 1_024]))).to.equal(undefined);
    expect(fitScaling([])).to.equal(undefined);
  });

  it("never goes below zero, and says how far off it is", () => {
    const faster = [
      { workers: 1, batchSize: 64, perSecond: 100 },
      { workers: 2, batchSize: 64, perSecond: 230 },
    ];
    const model = fitScaling(faster);
    expect(model).to.include({ serialUs: 0 });
    expect(model?.meanError).to.be.within(0.01, 0.2);
    expect(model?.greatestError).to.be.at.least(model?.meanError ?? Number.NaN);
  });

  it("expects no more than the serial part allows, however many workers there are", () => {
    const law = { ...LAW, contentionUs: 0 };
    expect(predictRate(law, 1_024, 1e9)).to.be.within(90_000, 100_000);
  });

  it("takes no points without workers or rate", () => {
    expect(() => fitScaling([{ workers: 0, batchSize: 1, perSecond: 1 }])).to.throw(ExecutorInputError, "a point");
  });
});
