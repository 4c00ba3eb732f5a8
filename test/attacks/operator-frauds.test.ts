import { expect } from "chai";
import { network } from "hardhat";
import { decodeReceipt, RECEIPT_BYTES } from "../../executor/formats/receipt.ts";
import {
  type BatchInput,
  CODE,
  createRandom,
  findDisputes,
  type PublishedBatch,
  type PublishedChunk,
  publishBatch,
  runBatch,
} from "../../executor/index.ts";
import { disputeCall } from "../../sdk/dispute-call.ts";
import { SettlementDisputes__factory } from "../../typechain-types/index.ts";
import { gridlockBatch } from "../executor/worlds/gridlock-world.ts";
import { randomKinds } from "../executor/worlds/random-kinds.ts";
import { richerBatch } from "../executor/worlds/random-world.ts";
import { CROWN_UNIT } from "../executor/worlds/trading-world.ts";
import { deployDisputes, WRONG } from "../helpers/dispute-world.ts";
import { type Draft, FRAUDS, forgeBatch, repeatInstruction } from "../helpers/forged-batch.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const { SEED } = process.env;
const WORLDS = 4;
/** Worlds of these seeds offer an occasion for every fraud. */
const FIXED = [1, 2, 3, 4];

/** A desk with the two currencies of the made-up worlds, and its disputes. */
async function deskWithTwoCurrencies() {
  const world = await deployDisputes(connection);
  const crown = await ethers.deployContract("TestDollar", [world.admin.address]);
  await world.desk.allowCurrency(crown.target, CROWN_UNIT);
  const { chainId } = await ethers.provider.getNetwork();
  const place = { chainId, desk: String(world.desk.target).toLowerCase() };
  return {
    ...world,
    place,
    currencies: [String(world.dollar.target).toLowerCase(), String(crown.target).toLowerCase()],
  };
}

/**
 * A made-up world moved to the real desk and its currencies. Its messages were signed for another one, so that signatures are taken for
 * what they were there: no dispute looks at them.
 */
async function publishedAt(
  input: BatchInput,
  place: { readonly chainId: bigint; readonly desk: string },
  currencies: readonly string[],
): Promise<PublishedBatch> {
  const before = await runBatch(input, { workers: 0 });
  const old = input.snapshot.currencies.map(({ address }) => address.toLowerCase());
  const renamed = (address: string) => currencies[old.indexOf(address.toLowerCase())] ?? address;
  const orders = Array.isArray(input.orders)
    ? input.orders.map((order) => ("currency" in order ? { ...order, currency: renamed(order.currency) } : order))
    : input.orders;
  const snapshot = {
    ...input.snapshot,
    ...place,
    currencies: input.snapshot.currencies.map((currency) => ({ ...currency, address: renamed(currency.address) })),
  };
  const moved: BatchInput = { ...input, number: 1n, orders, snapshot };
  return publishBatch(await runBatch(moved, { workers: 0, recorded: before.orderStatus }));
}

describe("An operator who cheats", function () {
  this.timeout(600_000);
  const firstSeed = Number(SEED ?? Math.floor(Math.random() * 2 ** 31));
  const seeds = [...FIXED, ...Array.from({ length: WORLDS }, (_, place) => firstSeed + place)];
  const worldsOf = (seed: number): BatchInput[] => [randomKinds(seed), richerBatch(seed), gridlockBatch(seed)];

  it(`is not accused of an honest batch (SEED=${firstSeed})`, async () => {
    const { place, currencies } = await networkHelpers.loadFixture(deskWithTwoCurrencies);

    for (const seed of seeds) {
      for (const input of worldsOf(seed)) {
        const published = await publishedAt(input, place, currencies);
        expect(await findDisputes(published), `SEED=${seed}`).to.deep.equal({ disputes: [], unproved: [] });
      }
    }
  });

  for (const [name, { fraud, kinds }] of Object.entries(FRAUDS)) {
    it(`is found out, and stops the desk, where ${name} (SEED=${firstSeed})`, async () => {
      let planted = 0;

      for (const seed of seeds) {
        const random = createRandom(seed);
        for (const input of worldsOf(seed)) {
          const { desk, disputes, operator, outsider, place, currencies } =
            await networkHelpers.loadFixture(deskWithTwoCurrencies);
          const honest = await publishedAt(input, place, currencies);
          const index = honest.chunks.findIndex(
            (_, chunk) => forgeBatch(honest, chunk, fraud, createRandom(seed)) !== undefined,
          );
          const forged = forgeBatch(honest, index, fraud, random);
          if (forged === undefined) continue;
          planted += 1;

          const { disputes: found, unproved } = await findDisputes(forged);
          expect(found.map(({ kind, exhibit }) => [exhibit.chunk.index, kinds.includes(kind)])).to.deep.equal(
            [[index, true]],
            `SEED=${seed}: ${found.map(({ kind, why }) => `${kind}: ${why}`)} ${unproved.map(({ what }) => what)}`,
          );
          await desk.connect(operator).openBatch(forged.header);
          const [dispute] = found;
          if (dispute === undefined) throw new Error("one was found");
          const at = SettlementDisputes__factory.connect(String(disputes.target), outsider);
          await expect(outsider.sendTransaction(await disputeCall(at, dispute)))
            .to.emit(disputes, "WrongChunkProved")
            .withArgs(1n, index, WRONG[dispute.kind], outsider.address);
          expect(await desk.isPaused()).to.equal(true);
        }
      }
      expect(planted).to.be.greaterThan(0);
    });
  }

  describe("by accepting something twice", () => {
    const accepted = ({ records: { receipts } }: PublishedBatch, index: number) =>
      decodeReceipt(receipts, index * RECEIPT_BYTES).code === CODE.accepted;
    const acceptedIn = (batch: PublishedBatch, { fields }: PublishedChunk) =>
      Array.from({ length: fields.instructionCount }, (_, place) => fields.firstInstruction + place).filter((index) =>
        accepted(batch, index),
      );

    /** The first of the made-up worlds with a chunk that accepts two trades at least. */
    async function worldWithTwo() {
      const world = await networkHelpers.loadFixture(deskWithTwoCurrencies);
      for (const seed of seeds) {
        const input = { ...richerBatch(seed), number: 1n };
        const honest = await publishedAt(input, world.place, world.currencies);
        const chunk = honest.chunks.findIndex((each) => acceptedIn(honest, each).length > 1);
        const [from = 0, to = 0] = honest.chunks[chunk] ? acceptedIn(honest, honest.chunks[chunk]) : [];
        if (chunk >= 0) return { ...world, honest, chunk, from, to };
      }
      throw new Error(`SEED=${firstSeed}: no world accepts two trades in a chunk`);
    }

    it("is found out within a batch, and stops the desk", async () => {
      const { desk, disputes, operator, outsider, honest, chunk, from, to } = await worldWithTwo();
      const forged = repeatInstruction(honest, chunk, from, to);

      const { disputes: found, unproved } = await findDisputes(forged);
      expect(found.map(({ kind, exhibit }) => [kind, exhibit.chunk.index])).to.deep.equal([["repeat", chunk]]);
      expect(found[0]?.why).to.equal(
        `instruction ${to} was accepted before, as instruction ${from} in chunk ${chunk} of batch 1`,
      );
      expect(unproved).to.deep.equal([]);

      await desk.connect(operator).openBatch(forged.header);
      const at = SettlementDisputes__factory.connect(String(disputes.target), outsider);
      for (const dispute of found) {
        await expect(outsider.sendTransaction(await disputeCall(at, dispute)))
          .to.emit(disputes, "WrongChunkProved")
          .withArgs(1n, chunk, WRONG.repeat, outsider.address);
      }
      expect(await desk.isPaused()).to.equal(true);
    });

    it("is found out in a later batch where it has settled in an earlier one, and only there", async () => {
      const { desk, disputes, operator, outsider, honest, chunk } = await worldWithTwo();
      // The desk has no mandates of these people: what settles here is a chunk whose net was emptied.
      const emptied = forgeBatch(honest, chunk, emptyNet, createRandom(1));
      const settling = emptied?.chunks[chunk];
      if (emptied === undefined || settling === undefined) throw new Error("the chunk can be emptied");
      const { currency } = settling.net;
      await desk.connect(operator).openBatch(emptied.header);
      const vector = { currency, assets: [], accounts: [], shares: [] };
      await desk.connect(operator).settleChunk(settling.fields, [...settling.chunkProof], vector, []);
      if ((await desk.batchOf(1n)).open) await desk.connect(operator).closeBatch();
      const again = { ...honest, header: { ...honest.header, number: 2n } };
      await desk.connect(operator).openBatch(again.header);

      const nothingSettled = { ...emptied, chunks: [] };
      expect((await findDisputes(again)).disputes).to.deep.equal([]);
      expect((await findDisputes(again, [nothingSettled])).disputes).to.deep.equal([]);
      const { disputes: found } = await findDisputes(again, [{ ...emptied, chunks: [settling] }]);

      expect(found.map(({ kind, exhibit }) => [kind, exhibit.number, exhibit.chunk.index])).to.deep.equal([
        ["repeat", 2n, chunk],
      ]);
      const at = SettlementDisputes__factory.connect(String(disputes.target), outsider);
      for (const dispute of found) {
        await expect(outsider.sendTransaction(await disputeCall(at, dispute)))
          .to.emit(disputes, "WrongChunkProved")
          .withArgs(2n, chunk, WRONG.repeat, outsider.address);
      }
      expect(await desk.isPaused()).to.equal(true);
    });
  });
});

function emptyNet(draft: Draft): boolean {
  draft.net = { ...draft.net, assets: [], accounts: [], shares: [] };
  return true;
}
