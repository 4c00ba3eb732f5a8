import { expect } from "chai";
import {
  createLoad,
  type Load,
  measureHighestRate,
  measureLatency,
  type OpenTarget,
  openEngine,
  parseShape,
  receiptsOf,
  runSweep,
  WrongResultError,
} from "../../../executor/index.ts";

/** A target whose third batch comes to something else. */
const openWrong: OpenTarget = async (snapshot, workers) => {
  const target = await openEngine(snapshot, workers);
  return {
    async run(batch) {
      const outcome = await target.run(batch);
      return batch.number === 3n ? { ...outcome, batchHash: "another hash" } : outcome;
    },
  };
};

describe("Sweep", function () {
  this.timeout(60_000);
  let load: Load;

  before(async () => {
    load = await createLoad({ seed: 9, count: 96, accounts: 10, assets: 2, shape: parseShape("zipf:0.9") });
  });

  it("measures every number of workers with every batch size beside the best single thread", async () => {
    const seen: string[] = [];
    const onPoint = (done: number, total: number) => seen.push(`${done} of ${total}`);
    const { points, single, accepted } = await runSweep(load, {
      workers: [1, 2],
      batchSizes: [32, 96],
      repeat: 2,
      onPoint,
    });

    expect(points.map(({ workers, batchSize }) => [workers, batchSize])).to.deep.equal([
      [1, 32],
      [1, 96],
      [2, 32],
      [2, 96],
    ]);
    expect(seen.at(-1)).to.equal("12 of 12");
    expect(accepted).to.equal(96);
    expect(single.perSecond).to.be.greaterThan(0);
    for (const { workers, perSecond, batchMs, speedUp, efficiency } of points) {
      expect(perSecond.least).to.be.at.most(perSecond.median).and.greaterThan(0);
      expect(perSecond.median).to.be.at.most(perSecond.greatest);
      expect(batchMs.p50).to.be.at.most(batchMs.max);
      expect(speedUp).to.equal(perSecond.median / single.perSecond);
      expect(efficiency).to.equal(speedUp / workers);
    }
  });

  it("tells no rate of a result that a serial run does not come to", async () => {
    const options = { workers: [1], batchSizes: [32], repeat: 1, open: openWrong };
    const failure = await runSweep(load, options).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(WrongResultError).with.property("batch", 3n);

    // At this rate each trade is a batch of its own, so that there is a third one.
    const slow = await measureLatency(load, 200, { workers: 0, batchSize: 2, seed: 1, open: openWrong }).catch(
      (error: unknown) => error,
    );
    expect(slow).to.be.instanceOf(WrongResultError).with.property("message").that.includes("another hash");
  });

  it("carries what is settled from batch to batch: nothing settles twice", async () => {
    const target = await openEngine(load.snapshot, 0);
    const { orders, trades } = load;
    const batch = { time: 1_800_000_000n, orders, trades };
    const first = await target.run({ number: 1n, ...batch });
    const second = await target.run({ number: 2n, ...batch });
    await target.close?.();

    expect(receiptsOf(first).every(({ code }) => code === 0)).to.equal(true);
    expect(receiptsOf(second).some(({ code }) => code === 0)).to.equal(false);
  });

  it("measures latency at an offered rate, and the highest rate under a bound", async () => {
    const options = { workers: 0, batchSize: 64, seed: 4 };
    const figure = await measureLatency(load, 2_000, options);
    expect(figure.latencyMs.count).to.equal(96);
    expect(figure.latencyMs.p50).to.be.at.most(figure.latencyMs.p99).and.greaterThan(0);

    // At 96 per second the load lasts for a second, which is five times the bound: no more is offered.
    const bound = { percentile: "p50", boundMs: 200, from: 500, trials: 2 } as const;
    const highest = await measureHighestRate(load, bound, options);
    expect(highest.trials[0]?.rate).to.equal(96);
    expect(highest.isCapped).to.equal(highest.perSecond === 96);
  });
});
