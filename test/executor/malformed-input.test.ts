import { expect } from "chai";
import { type BatchInput, ExecutorInputError, readBatchFile, runBatch, runSequential } from "../../executor/index.ts";
import {
  ADDRESS,
  batch,
  buys,
  codes,
  everyoneMayTrade,
  sells,
  settle,
  sharesOf,
  trade,
  withShares,
} from "./worlds/trading-world.ts";

const BAND = { asset: 0, currency: 0, low: 1n, high: 2n };

describe("Malformed input", () => {
  /** Both ways refuse to run `parts`, with a message that contains `words`. */
  async function refuses(parts: Partial<BatchInput>, words: string): Promise<void> {
    for (const run of [runSequential, runBatch]) {
      const error = await run(batch(parts)).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error, words).to.be.instanceOf(ExecutorInputError);
      expect(String(error)).to.contain(words);
    }
  }

  it("is refused when a record is truncated", async () => {
    const { file } = await settle();
    const { orders, trades } = readBatchFile(file);

    await refuses(
      { orders: new Uint8Array(Buffer.from(orders as Uint8Array)).subarray(1) },
      "319 bytes are no whole number of order",
    );
    await refuses(
      { trades: new Uint8Array(Buffer.from(trades as Uint8Array)).subarray(1) },
      "79 bytes are no whole number of instr",
    );
  });

  it("is refused when a value does not fit its signed field", async () => {
    await refuses(
      { orders: [{ ...buys("alice"), expiry: 2n ** 64n }] },
      "expiry 18446744073709551616 does not fit 64 bits",
    );
    await refuses({ orders: [{ ...buys("alice"), salt: -1n }] }, "salt -1");
    await refuses({ orders: [{ ...buys("alice"), trader: "0x12" }] }, '"0x12" is not 0x and 20 bytes');
    await refuses({ trades: [trade({ matchNumber: 2n ** 64n })] }, "matchNumber");
    await refuses({ trades: [trade({ buyOrder: -1 })] }, "buyOrder -1");
    await refuses({ trades: [trade({ attempt: 256 })] }, "attempt 256 does not fit 8 bits");
    await refuses({ number: 2n ** 64n }, "batch number");
    await refuses({ time: -1n }, "batch time");
  });

  it("is refused when the chunk limits could not hold a trade", async () => {
    await refuses({ maxChunkInstructions: 0 }, "maxChunkInstructions 0");
    await refuses({ maxChunkPositions: 3 }, "maxChunkPositions 3 is not from 4");
    await refuses({ maxChunkPositions: 65_536 }, "maxChunkPositions 65536");
  });

  it("is refused when the snapshot contradicts itself", async () => {
    const { snapshot } = withShares(0, { spendable: 1_001n });
    await refuses(snapshot === undefined ? {} : { snapshot }, "spendable 1001 of 1000");

    for (const [edit, words] of [
      [
        (world) => world.accounts.push({ address: ADDRESS.alice.toUpperCase().replace("0X", "0x"), investor: "" }),
        "is listed twice",
      ],
      [(world) => world.shares.push({ ...sharesOf(world, 0) }), "share position 0/0 is listed twice"],
      [(world) => world.assets.push({ id: 7n, state: 0, holderLimit: 0 }), "asset 7 is listed twice"],
      [(world) => Object.assign(world, { bands: [BAND, BAND] }), "price band 0/0 is listed twice"],
      [
        (world) => Object.assign(world, { bands: [{ ...BAND, asset: 2 }] }),
        "price band of asset 2, currency 0: no entry 2",
      ],
      [(world) => Object.assign(world, { bands: [{ ...BAND, currency: 2 }] }), "currency 2: no entry 2"],
      [(world) => Object.assign(world, { bands: [{ ...BAND, high: 2n ** 63n }] }), "does not fit 63 bits"],
      [(world) => Object.assign(world.mandates[0] ?? {}, { account: 9 }), "mandate: no entry 9"],
      [(world) => Object.assign(world.mandates[1] ?? {}, { currency: 0 }), "mandate 0/0 is listed twice"],
      [(world) => Object.assign(world.mandates[0] ?? {}, { lossLeft: 2n ** 128n }), "does not fit 128 bits"],
      [(world) => Object.assign(world.currencies[0] ?? {}, { engineUnit: 0n }), "engine unit 0"],
      [(world) => Object.assign(world, { desk: "0x" }), 'desk "0x" is not an address'],
      [(world) => Object.assign(sharesOf(world, 0), { balance: 2n ** 63n - 1n }), "does not fit 63 bits"],
    ] as const satisfies readonly (readonly [(world: ReturnType<typeof everyoneMayTrade>) => unknown, string])[]) {
      await refuses({ snapshot: everyoneMayTrade((world) => void edit(world)) }, words);
    }
  });

  it("is refused when an earlier fill or final id is none", async () => {
    await refuses({ filled: new Map([["0x12", 1n]]) }, '"0x12" is not an id');
    await refuses({ filled: new Map([[`0x${"12".repeat(32)}`, -1n]]) }, "-1 filled");
    await refuses({ alreadyFinal: new Set(["trade"]) }, '"trade" is not an id');
  });

  it("costs only its own trades when one record is odd", async () => {
    const { file } = await settle({
      orders: [buys("alice"), sells("bob")],
      trades: [1n, 2n].map((matchNumber) => trade({ matchNumber })),
    });
    const input = readBatchFile(file);
    const records = new Uint8Array(input.trades as Uint8Array);

    for (const [offset, value] of [
      [0, 2],
      [1, 0],
      [40, 4],
      [41, 1],
      [16, 0x80],
      [24, 0x80],
    ] as const) {
      const trades = records.slice();
      trades[offset] = value;
      expect((await codes({ ...input, trades })).toSorted(), `byte ${offset}`).to.deep.equal([0, 100]);
    }
    for (const offset of [20, 21, 22, 24, 26, 32, 40, 153, 159]) {
      const orders = new Uint8Array(input.orders as Uint8Array);
      orders[offset] = 0xff;
      expect(await codes({ ...input, orders }), `byte ${offset}`).to.deep.equal([100, 100]);
    }
  });
});
