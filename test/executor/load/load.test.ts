import { expect } from "chai";
import {
  bulkBatches,
  compareResults,
  createLoad,
  cutIntoBatches,
  drawFlows,
  ExecutorInputError,
  instructionsOf,
  type Load,
  parseShape,
  receiptsOf,
  runBatch,
  runSequential,
  signFlows,
} from "../../../executor/index.ts";

const OPTIONS = { seed: 3, count: 150, accounts: 20, assets: 2 };

describe("Load", function () {
  this.timeout(60_000);

  const inputOf = ({ snapshot, orders, trades }: Load) =>
    ({ number: 1n, mode: "strict", time: 1_800_000_000n, snapshot, orders, trades }) as const;

  for (const shape of [
    "uniform",
    "zipf:1.1",
    "hot:0.9",
    "chain",
    "half-chain",
    "fan-in",
    "fan-out",
    "dealer",
    "makers",
    "cohorts:8",
  ]) {
    it(`of the shape ${shape} is accepted whole, in one pass as on threads`, async () => {
      const load = await createLoad({ ...OPTIONS, shape: parseShape(shape) });

      const result = await runBatch(inputOf(load), { workers: 2 });
      expect(compareResults(await runSequential(inputOf(load)), result)).to.equal(undefined);
      expect(receiptsOf(result).filter(({ code }) => code !== 0)).to.deep.equal([]);
    });
  }

  it("is the same whoever signs it", async () => {
    const options = { ...OPTIONS, shape: parseShape("uniform") };
    const inline = await createLoad(options);
    const threaded = await createLoad(options, { workers: 2 });

    expect(Buffer.compare(inline.orders, threaded.orders)).to.equal(0);
    expect(Buffer.compare(inline.trades, threaded.trades)).to.equal(0);
    expect(threaded.snapshot).to.deep.equal(inline.snapshot);
  });

  it("is cut into batches that hold each trade once and refer to their own orders", async () => {
    const load = await createLoad({ ...OPTIONS, shape: parseShape("uniform") });
    const batches = cutIntoBatches(load, 64, 7n);

    expect(batches.map(({ number, trades }) => [number, trades.length / 80])).to.deep.equal([
      [7n, 64],
      [8n, 64],
      [9n, 22],
    ]);
    const places = batches.flatMap((batch) =>
      instructionsOf({ instructions: batch.trades }).map(({ matchNumber, buyOrder, sellOrder, sequence }, place) => {
        expect([sequence, buyOrder, sellOrder]).to.deep.equal([place, 2 * place, 2 * place + 1]);
        return matchNumber;
      }),
    );
    expect(places).to.deep.equal(Array.from({ length: 150 }, (_, place) => BigInt(place)));
    for (const batch of batches) {
      const result = await runBatch({ ...inputOf(load), ...batch });
      expect(receiptsOf(result).every(({ code }) => code === 0)).to.equal(true);
    }
    expect(() => cutIntoBatches(load, 0)).to.throw(ExecutorInputError, "a batch of 0 trades");
  });

  it("of transfers cannot be signed as orders", async () => {
    const flows = drawFlows({ ...OPTIONS, shape: parseShape("smallbank") });

    const failure = await signFlows(flows, 1).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(ExecutorInputError).with.property("message").that.includes("flow 0 is no trade");
  });

  it("signed in bulk comes to the same trades under far fewer signatures", async () => {
    const load = await createLoad({ seed: 3, count: 300, accounts: 12, assets: 2, shape: parseShape("cohorts:4") });
    const batches = await bulkBatches(load, { seed: 3, size: 150, perSignature: 32 });

    expect(batches.map(({ bulks }) => bulks?.length)).to.deep.equal([12, 12]);
    for (const batch of batches) {
      const input = { ...inputOf(load), ...batch };
      const result = await runBatch(input, { workers: 2 });
      expect(compareResults(await runSequential(input), result)).to.equal(undefined);
      expect(receiptsOf(result).every(({ code }) => code === 0)).to.equal(true);
      const plain = cutIntoBatches(load, 150)[Number(batch.number) - 1];
      expect(instructionsOf(result).map(({ matchNumber }) => matchNumber)).to.deep.equal(
        instructionsOf({ instructions: plain?.trades ?? new Uint8Array() }).map(({ matchNumber }) => matchNumber),
      );
    }
    const failure = await bulkBatches(load, { seed: 3, size: 150, perSignature: 0 }).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(ExecutorInputError).with.property("message", "0 orders per signature");
  });
});
