import { readFileSync } from "node:fs";
import { expect } from "chai";
import { keccak256 } from "ethers";
import { createOrderDigests } from "../../executor/crypto/order-digests.ts";
import { BULK_MARK_SIGNATURE } from "../../executor/formats/bulk.ts";
import { toHex } from "../../executor/formats/hex.ts";
import {
  BUY,
  type BulkSignature,
  bulkType,
  CODE,
  compareResults,
  createBulkSigner,
  createRandom,
  type Order,
  privateKeyFrom,
  randomInteger,
  readBatchFile,
  runBatch,
  runSequential,
  SELL,
  type SignedOrder,
} from "../../executor/index.ts";
import {
  ADDRESS,
  batch,
  buys,
  CHAIN_ID,
  codes,
  DESK,
  keyOf,
  type Name,
  sells,
  settle,
  trade,
} from "./worlds/trading-world.ts";

const vectors = JSON.parse(readFileSync(new URL("../vectors/formats.json", import.meta.url), "utf8"));
const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 32);
const signer = await createBulkSigner(CHAIN_ID, DESK);

/** `order` without its signature. */
const asked = ({ signature: _, ...order }: SignedOrder): Order => order;

/** Five orders of bob's to sell, each for 10 shares at most. */
const fiveOrders = (): Order[] => Array.from({ length: 5 }, () => asked(sells("bob", { quantity: 10n })));

/** Alice's order and bob's bulk behind it; each of bob's is traded. */
function world(orders: readonly SignedOrder[], bulks: readonly BulkSignature[]) {
  return {
    orders: [buys("alice"), ...orders],
    bulks,
    trades: orders.map((_, place) => trade({ sellOrder: 1 + place, matchNumber: BigInt(place) })),
  };
}

/** What becomes of the trades when bob's five are delivered as `change` makes them. */
async function codesOf(
  change: (orders: SignedOrder[], bulk: BulkSignature) => { orders?: SignedOrder[]; bulk?: Partial<BulkSignature> },
): Promise<number[]> {
  const { orders, bulk } = signer.sign(fiveOrders(), keyOf("bob"), 1);
  const changed = change(orders, bulk);
  return codes(world(changed.orders ?? orders, [{ ...bulk, ...changed.bulk }]));
}

const allInvalid = (count: number) => Array<number>(count).fill(CODE.sellSignatureInvalid);

describe("Bulk orders", () => {
  describe("are signed as EIP-712 has them", () => {
    const order: Order = {
      ...vectors.buyOrder.value,
      ...{ asset: BigInt(vectors.buyOrder.value.asset), quantity: BigInt(vectors.buyOrder.value.quantity) },
      ...{ limitPrice: BigInt(vectors.buyOrder.value.limitPrice), expiry: BigInt(vectors.buyOrder.value.expiry) },
    };
    const { chainId, verifyingContract: desk } = vectors.settlementDomain;

    for (const vector of vectors.bulkOrders) {
      const { height, count, encodeType, digest, signature } = vector;

      it(`with ${count} orders in a tree of height ${height}`, async () => {
        const orders = Array.from({ length: count }, (_, salt) => ({ ...order, salt: BigInt(salt) }));
        const key = privateKeyFrom(keccak256(Buffer.from("moiety vector: buyer")));
        const ours = await createBulkSigner(BigInt(chainId), desk);

        expect(bulkType(height)).to.equal(encodeType);
        expect(ours.digest(orders, height)).to.equal(digest);
        expect(ours.sign(orders, key, 0, height).bulk.signature).to.equal(signature);
      });
    }
  });

  it("are valid as a whole, each order under its own id", async () => {
    const { orders, bulk } = signer.sign(fiveOrders(), keyOf("bob"), 1);

    const result = await settle(world(orders, [bulk]));
    expect(result.receipts.length / 64).to.equal(5);
    expect([...result.orderStatus]).to.deep.equal([0, 0, 0, 0, 0, 0]);
    expect(bulk).to.deep.include({ count: 5, height: 3 });
  });

  it("may stand in a tree that is higher than they need, up to 24", async () => {
    for (const height of [4, 9, 24]) {
      const { orders, bulk } = signer.sign(fiveOrders(), keyOf("bob"), 1, height);
      expect(await codes(world(orders, [bulk])), `height ${height}`).to.deep.equal(Array(5).fill(CODE.accepted));
    }
    const [one] = fiveOrders();
    const alone = signer.sign(one === undefined ? [] : [one], keyOf("bob"), 1);
    expect(await codes(world(alone.orders, [alone.bulk]))).to.deep.equal([CODE.accepted]);
  });

  describe("are invalid as a whole", () => {
    it("when two of them change places", async () => {
      expect(
        await codesOf(([first, second, ...rest]) => ({ orders: [second, first, ...rest].flatMap((o) => o ?? []) })),
      ).to.deep.equal(allInvalid(5));
    });

    it("when one is missing, be it the last", async () => {
      expect(await codesOf((orders) => ({ orders: orders.slice(0, 4), bulk: { count: 4 } }))).to.deep.equal(
        allInvalid(4),
      );
    });

    it("when one was added", async () => {
      const added = { ...sells("bob"), signature: BULK_MARK_SIGNATURE };
      expect(await codesOf((orders) => ({ orders: [...orders, added], bulk: { count: 6 } }))).to.deep.equal(
        allInvalid(6),
      );
    });

    it("when a place that was left empty is delivered as an order", async () => {
      const nothing = { ...asked(sells("bob")), ...{ trader: `0x${"00".repeat(20)}`, side: 0, quantity: 0n } };
      const told = await codesOf((orders) => ({
        orders: [...orders, { ...nothing, signature: BULK_MARK_SIGNATURE }],
        bulk: { count: 6 },
      }));
      expect(told.slice(0, 5)).to.deep.equal(allInvalid(5));
    });

    it("when one was changed", async () => {
      expect(
        await codesOf((orders) => ({
          orders: orders.map((order, i) => (i === 2 ? { ...order, quantity: 11n } : order)),
        })),
      ).to.deep.equal(allInvalid(5));
    });

    it("when one is of somebody else, though its trader signed for all", async () => {
      const orders = fiveOrders().map((order, i) => (i === 3 ? { ...order, trader: ADDRESS.carol } : order));
      for (const name of ["bob", "carol"] as const) {
        const signed = signer.sign(orders, keyOf(name), 1);
        expect(await codes(world(signed.orders, [signed.bulk])), name).to.deep.equal(allInvalid(5));
      }
    });

    it("when another height is named, or none that there is", async () => {
      for (const height of [0, 2, 4, 25, 255]) {
        expect(await codesOf(() => ({ bulk: { height } })), `height ${height}`).to.deep.equal(allInvalid(5));
      }
    });

    it("when somebody else signed, or nobody", async () => {
      const signed = signer.sign(fiveOrders(), keyOf("carol"), 1);
      expect(await codes(world(signed.orders, [signed.bulk]))).to.deep.equal(allInvalid(5));
      for (const signature of ["0x", `0x${"00".repeat(65)}`, BULK_MARK_SIGNATURE]) {
        expect(await codesOf(() => ({ bulk: { signature } })), signature).to.deep.equal(allInvalid(5));
      }
    });

    it("when one has a signature of its own besides", async () => {
      const orders = fiveOrders();
      const own = sells("bob", orders[1]);
      expect(await codesOf((signed) => ({ orders: signed.map((order, i) => (i === 1 ? own : order)) }))).to.deep.equal(
        allInvalid(5),
      );
    });

    it("when one is malformed; that one is malformed", async () => {
      const told = await codesOf((orders) => ({
        orders: orders.map((order, i) => (i === 4 ? { ...order, asset: 12_345n } : order)),
      }));
      expect(told).to.deep.equal([...allInvalid(4), CODE.malformed]);
    });
  });

  it("are nothing without their signature", async () => {
    const { orders } = signer.sign(fiveOrders(), keyOf("bob"), 1);

    expect(await codes(world(orders, []))).to.deep.equal(allInvalid(5));
  });

  it("are refused as input when it is unclear which signature an order has", async () => {
    const { orders, bulk } = signer.sign(fiveOrders(), keyOf("bob"), 1);

    for (const [bulks, problem] of [
      [[bulk, { ...bulk, firstOrder: 5, count: 1 }], "bulk of orders 5 to 5 overlaps another or ends behind 6"],
      [[{ ...bulk, firstOrder: 2 }], "bulk of orders 2 to 6 overlaps another or ends behind 6"],
      [[{ ...bulk, count: 0 }], "bulk of orders 1 to 0 overlaps another or ends behind 6"],
      [[{ ...bulk, firstOrder: -1 }], "-1 is no place of a bulk's order"],
    ] as const) {
      for (const run of [runBatch, runSequential]) {
        await run(batch(world(orders, bulks))).then(
          () => expect.fail("it was taken"),
          (error: Error) => expect(error.message).to.equal(problem),
        );
      }
    }
    await runBatch(batch({ bulks: new Uint8Array(81) })).then(
      () => expect.fail("it was taken"),
      (error: Error) => expect(error.message).to.equal("81 bytes are no whole number of bulk records"),
    );
  });

  it("are in the batch file, and come to the same again", async () => {
    const { orders, bulk } = signer.sign(fiveOrders(), keyOf("bob"), 1);
    const result = await settle(world(orders, [bulk]));

    const again = await runSequential(readBatchFile(result.file));
    expect(compareResults(result, again)).to.equal(undefined);
    expect(() => readBatchFile(result.file.subarray(0, -1))).to.throw("the file ends within its bulk signatures");
    expect(() => readBatchFile(new Uint8Array([...result.file, 0]))).to.throw("1 bytes follow the batch");
  });

  it("can be proved one by one", async () => {
    const orders = fiveOrders();
    const { orderId, structHash, bulkId } = await createOrderDigests(CHAIN_ID, DESK);

    for (const [index, order] of orders.entries()) {
      let node = toHex(structHash(order));
      for (const [depth, sibling] of signer.prove(orders, index).entries()) {
        node = keccak256((index >> depth) % 2 === 0 ? `${node}${sibling.slice(2)}` : `${sibling}${node.slice(2)}`);
      }
      expect(toHex(bulkId(Buffer.from(node.slice(2), "hex"), 3))).to.equal(signer.digest(orders));
      expect(toHex(orderId(order))).to.not.equal(node);
    }
  });

  it(`among others, across the workers' pieces, come to what one pass comes to (SEED=${seed})`, async function () {
    this.timeout(60_000);
    const random = createRandom(seed);
    const names: readonly Name[] = ["alice", "bob", "carol"];
    const orders: SignedOrder[] = [];
    const bulks: BulkSignature[] = [];
    while (orders.length < 500) {
      const name = names[randomInteger(random, 0, 2)] ?? "alice";
      const side = randomInteger(random, BUY, SELL);
      const count = random() < 0.5 ? 1 : randomInteger(random, 1, random() < 0.2 ? 200 : 20);
      const drawn = Array.from({ length: count }, () => (side === BUY ? buys : sells)(name));
      if (random() < 0.5) {
        orders.push(...drawn);
        continue;
      }
      const signed = signer.sign(drawn.map(asked), keyOf(name), orders.length);
      orders.push(...signed.orders.map((order) => (random() < 0.005 ? { ...order, quantity: 1n } : order)));
      bulks.push(signed.bulk);
    }
    const trades = Array.from({ length: 300 }, (_, match) => {
      const place = () => randomInteger(random, 0, orders.length - 1);
      return trade({ buyOrder: place(), sellOrder: place(), quantity: 1n, matchNumber: BigInt(match) });
    });

    const input = batch({ orders, bulks, trades });
    const judge = await runSequential(input);
    for (const workers of [0, 2]) {
      expect(compareResults(judge, await runBatch(input, { workers })), `${workers} workers`).to.equal(undefined);
    }
  });
});
