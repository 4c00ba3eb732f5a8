import { expect } from "chai";
import {
  type BatchInput,
  compareResults,
  createKnownMessages,
  createWorkload,
  Engine,
  runBatch,
  runSequential,
} from "../../executor/index.ts";
import { isKnown, remember } from "../../executor/verify/known-messages.ts";
import { randomBatch } from "./worlds/random-world.ts";
import { ADDRESS, batch, buys, idOf, sells } from "./worlds/trading-world.ts";

const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 30);

/** Hashes that are no hashes: `first` decides the bucket, `second` the place in it. */
const hashOf = (first: number, second: number) => Int32Array.from([first, second, 1, 2, 3, 4, 5, 6]);

describe("Known messages", function () {
  this.timeout(60_000);

  it("are found again, and others are not", () => {
    const known = createKnownMessages(64);
    remember(known, hashOf(5, 9), 0);

    expect(isKnown(known, hashOf(5, 9), 0)).to.equal(true);
    expect(isKnown(known, hashOf(5, 8), 0)).to.equal(false);
    expect(isKnown(known, hashOf(6, 9), 0)).to.equal(false);
  });

  it("are bounded: the next one in a place that is taken puts the other out", () => {
    const known = createKnownMessages(64);
    const size = known.slots.length;
    for (let i = 0; i < 1_000; i++) remember(known, hashOf(i, 1 + (i >> 4)), 0);
    remember(known, hashOf(5, 400), 0);
    remember(known, hashOf(5, 800), 0);

    expect(known.slots.length).to.equal(size);
    expect(isKnown(known, hashOf(5, 400), 0)).to.equal(false);
    expect(isKnown(known, hashOf(5, 800), 0)).to.equal(true);
  });

  it(`change no outcome, in whatever batches they come again (SEED=${seed})`, async () => {
    const known = createKnownMessages(256);
    for (let turn = 0; turn < 2; turn++) {
      for (let world = seed; world < seed + 12; world++) {
        const input = randomBatch(world);
        const workers = world % 3;
        const found = await runBatch(input, { workers, known });
        expect(compareResults(await runSequential(input), found), `SEED=${world}`).to.equal(undefined);
      }
    }
    expect(known.slots.some((word) => word !== 0)).to.equal(true);
  });

  it("are known with this signature and no other, and never of a contract account", async () => {
    const known = createKnownMessages(64);
    const orders = [buys("alice"), sells("bob")];
    const [good, other] = orders;
    if (good === undefined || other === undefined) throw new Error("two orders");
    const same = async (input: BatchInput) => {
      const found = await runBatch(input, { workers: 0, known });
      expect(compareResults(await runSequential(input), found)).to.equal(undefined);
      return [...found.orderStatus];
    };

    expect(await same(batch({ orders }))).to.deep.equal([0, 0]);
    expect(await same(batch({ orders: [{ ...good, signature: other.signature }, other] }))).to.deep.equal([2, 0]);
    const otherV = `${good.signature.slice(0, -2)}${good.signature.endsWith("1b") ? "1c" : "1b"}`;
    expect(await same(batch({ orders: [{ ...good, signature: otherV }, other] }))).to.deep.equal([2, 0]);
    const answers = [{ order: 0, account: ADDRESS.alice, digest: idOf(good), isValid: false }];
    const contracts = { block: 1n, blockHash: `0x${"00".repeat(32)}`, accounts: [ADDRESS.alice], answers };
    expect(await same(batch({ orders, contracts }))).to.deep.equal([2, 0]);
  });

  it("are found when a batch comes again, and not remembered twice", async () => {
    const input = await createWorkload({ seed: 1, trades: 500, traders: 10 });
    const known = createKnownMessages(16_000);
    const first = await runBatch(input, { workers: 0, known });
    const filled = known.slots.slice();
    const second = await runBatch(input, { workers: 0, known });

    expect(compareResults(first, second)).to.equal(undefined);
    expect(known.slots).to.deep.equal(filled);
  });

  it("may be those of an engine", async () => {
    const known = createKnownMessages(64);
    const { snapshot, ...input } = batch();
    const engine = await Engine.open({ snapshot }, { known });
    const result = await engine.submit({ ...input, mode: "strict" });
    await engine.close();

    expect([...result.orderStatus]).to.deep.equal([0, 0]);
    expect(known.slots.some((word) => word !== 0)).to.equal(true);
  });
});
