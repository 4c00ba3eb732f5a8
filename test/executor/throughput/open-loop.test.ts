import { expect } from "chai";
import { arrivalTimes, type Clock, ExecutorInputError, findHighestRate, runOpenLoop } from "../../../executor/index.ts";

const NOTHING = new Uint8Array();

/** A clock that only moves when somebody waits or works, and a target that takes as long as it is told. */
function simulate(msOf: (batch: number, trades: number) => number) {
  let now = 0;
  const sizes: number[] = [];
  const clock: Clock = {
    now: () => now,
    waitUntil: async (ms) => {
      now = Math.max(now, ms);
    },
  };
  return {
    clock,
    sizes,
    target: {
      async run({ number }: { readonly number: bigint }) {
        now += msOf(sizes.length, sizes.at(-1) ?? 0);
        return { batchHash: `batch ${number}`, receipts: NOTHING };
      },
    },
    batchOf: (number: bigint, first: number, end: number) => {
      sizes.push(end - first);
      return { number, time: 1n, orders: NOTHING, trades: NOTHING };
    },
  };
}

const OPTIONS = { rate: 1_000, trades: 10_000, batchSize: 4_096, seed: 1 };

describe("Open loop", () => {
  it("has arrivals of the asked rate, the same for the same seed", () => {
    const times = arrivalTimes(5, 10_000, 2_000);

    expect(times).to.deep.equal(arrivalTimes(5, 10_000, 2_000));
    expect(times.every((time, place) => place === 0 || time >= (times[place - 1] ?? 0))).to.equal(true);
    expect(times.at(-1)).to.be.within(4_800, 5_200);
    expect(() => arrivalTimes(5, 1, 0)).to.throw(ExecutorInputError, "a rate of 0 per second");
  });

  it("takes what has arrived into one batch, at most so much, and each trade once", async () => {
    const { clock, target, sizes, batchOf } = simulate(() => 100);
    const loop = await runOpenLoop(target, { ...OPTIONS, batchSize: 64, clock, batchOf });

    expect(Math.max(...sizes)).to.equal(64);
    expect(sizes.reduce((sum, size) => sum + size, 0)).to.equal(10_000);
    expect(loop.batchHashes).to.deep.equal(sizes.map((_, place) => `batch ${place + 1}`));
    expect(loop.latencyMs.count).to.equal(10_000);
  });

  it("counts the wait behind a stall for everyone who waited: one second of ten makes a tenth of all trades late", async () => {
    const { clock, target, batchOf } = simulate((batch) => (batch === 50 ? 1_000 : 1));
    const { latencyMs } = await runOpenLoop(target, { ...OPTIONS, clock, batchOf });

    expect(latencyMs.p50).to.be.below(5);
    expect(latencyMs.p99).to.be.within(800, 1_000);
    expect(latencyMs.max).to.be.within(990, 1_010);
  });

  it("falls behind when more is offered than can be done, and says what was done", async () => {
    const { clock, target, batchOf } = simulate((_, trades) => 2 * trades);
    const loop = await runOpenLoop(target, { ...OPTIONS, batchSize: 100, clock, batchOf });

    expect(loop.offered).to.equal(1_000);
    expect(loop.perSecond).to.be.within(490, 510);
    expect(loop.latencyMs.max).to.be.within(9_000, 11_000);
  });
});

describe("Highest rate", () => {
  /** Latency of a queue that can do 1,000 per second and takes 5 ms when it is idle. */
  const latencyAt = async (rate: number) => (rate >= 1_000 ? Number.POSITIVE_INFINITY : 5 / (1 - rate / 1_000));

  for (const from of [100, 890, 5_000]) {
    it(`under a bound is found from ${from}`, async () => {
      const { highest, trials } = await findHighestRate({ from, boundMs: 50, trials: 20, latencyAt });

      expect(highest).to.be.within(850, 900); // 900 keeps 50 ms exactly, and is too much
      for (const { rate, latencyMs, holds } of trials) {
        expect(latencyMs).to.equal(await latencyAt(rate));
        expect(holds).to.equal(rate < 900);
      }
    });
  }

  it("is not searched beyond the most that may be offered", async () => {
    const { highest, trials } = await findHighestRate({ from: 100, most: 160, boundMs: 50, trials: 20, latencyAt });
    expect(highest).to.equal(160);
    expect(trials.map(({ rate }) => rate)).to.deep.equal([100, 150, 160]);
  });

  it("is unknown if nothing that was tried holds the bound", async () => {
    const { highest, trials } = await findHighestRate({ from: 500, boundMs: 1, trials: 4, latencyAt });
    expect(highest).to.equal(undefined);
    expect(trials).to.have.length(4);
  });
});
