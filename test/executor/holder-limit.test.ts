import { randomInt } from "node:crypto";
import { expect } from "chai";
import {
  type BatchResult,
  CODE,
  closePositions,
  createRandom,
  randomInteger,
  receiptsOf,
  type Snapshot,
} from "../../executor/index.ts";
import {
  ALICE,
  BOB,
  buys,
  CAROL,
  codes,
  everyoneMayTrade,
  inWorld,
  SECOND_WALLET,
  sells,
  settle,
  sharesOf,
  trade,
} from "./worlds/trading-world.ts";

describe("Holder limit", () => {
  /** Whoever is named holds so many houses, all others none; the limit is `limit` investors. */
  const holders = (limit: number, balances: Record<number, bigint>) =>
    inWorld((draft) => {
      for (const asset of draft.assets) asset.holderLimit = limit;
      for (const account of draft.accounts.keys()) {
        const balance = balances[account] ?? 0n;
        Object.assign(sharesOf(draft, account), { balance, spendable: balance });
      }
    });
  const full = CODE.holderLimitReached;

  it("refuses one investor too many, and allows the last one", async () => {
    expect(await codes(holders(1, { [BOB]: 20n }))).to.deep.equal([full]);
    expect(await codes(holders(2, { [BOB]: 20n }))).to.deep.equal([0]);
  });

  it("lets a newcomer take the place of a seller who leaves with his last share", async () => {
    expect(await codes(holders(1, { [BOB]: 10n }))).to.deep.equal([0]);
    expect(await codes(holders(1, { [BOB]: 11n }))).to.deep.equal([full]);
  });

  it("counts investors, not wallets", async () => {
    const fromSecondWallet = [buys("alice"), sells("alice's second wallet")];

    expect(await codes(holders(2, { [BOB]: 20n, [SECOND_WALLET]: 1n }))).to.deep.equal([0]);
    expect(await codes({ ...holders(1, { [SECOND_WALLET]: 20n }), orders: fromSecondWallet })).to.deep.equal([0]);
  });

  it("lets nobody leave who still has shares in another wallet", async () => {
    const orders = [buys("carol"), sells("alice")];

    expect(await codes({ ...holders(1, { [ALICE]: 10n, [SECOND_WALLET]: 1n }), orders })).to.deep.equal([full]);
    expect(await codes({ ...holders(1, { [ALICE]: 10n }), orders })).to.deep.equal([0]);
  });

  it("does not count protocol accounts", async () => {
    const toDesk = [buys("the desk"), sells("bob")];
    const fromDesk = [buys("alice"), sells("the desk")];

    expect(await codes({ ...holders(1, { [BOB]: 20n }), orders: toDesk })).to.deep.equal([0]);
    expect(await codes({ ...holders(1, { 4: 10n, [BOB]: 1n }), orders: fromDesk })).to.deep.equal([full]);
    expect(await codes({ ...holders(1, { 4: 10n }), orders: fromDesk })).to.deep.equal([0]);
  });

  it("allows trades among holders though the limit is exceeded already", async () => {
    expect(await codes(holders(1, { [ALICE]: 5n, [BOB]: 20n, [CAROL]: 1n }))).to.deep.equal([0]);
  });

  it("lets a newcomer take the place of one who leaves though the limit is exceeded already", async () => {
    const beyond = { [BOB]: 10n, [CAROL]: 5n };

    expect(await codes(holders(1, beyond))).to.deep.equal([0]);
    expect(await codes(holders(1, { ...beyond, [BOB]: 11n }))).to.deep.equal([full]);
  });

  it("is counted on through a batch", async () => {
    const orders = [buys("alice"), sells("bob"), buys("carol"), sells("alice")];
    const trades = [
      trade({ quantity: 10n }),
      trade({ quantity: 5n, buyOrder: 2, sellOrder: 3 }),
      trade({ quantity: 10n, buyOrder: 2, sellOrder: 3 }),
    ];

    expect(await codes({ ...holders(2, { [BOB]: 20n }), orders, trades })).to.deep.equal([0, full, 0]);
  });

  describe("in chunks", () => {
    const LIMIT = 2;
    const names = ["alice", "bob", "carol", "alice's second wallet"] as const;
    /** Everybody buys of everybody, and some leave with that. */
    const orders = names.flatMap((name) => [buys(name, { quantity: 1_000n }), sells(name, { quantity: 1_000n })]);
    const passes = (seller: number, buyer: number, quantity: bigint, matchNumber: number) =>
      trade({ buyOrder: 2 * buyer, sellOrder: 2 * seller + 1, quantity, matchNumber: BigInt(matchNumber) });

    /** How many investors hold houses after each of the chunks. */
    function holdersAfterEach(opening: Snapshot, chunks: BatchResult["chunks"]): number[] {
      return chunks.map((_chunk, place) => {
        const { accounts, shares } = closePositions(opening, chunks.slice(0, place + 1));
        const held = shares.filter(({ asset, balance }) => asset === 0 && balance > 0n);
        return new Set(held.map(({ account }) => accounts[account]?.investor).filter(Boolean)).size;
      });
    }

    it("lets nobody in before the one who leaves for him is out, wherever the cuts are", async () => {
      const { snapshot = everyoneMayTrade() } = holders(1, { [BOB]: 10n });
      // Ten shares go round: bob, alice, carol, bob.
      const trades = [passes(1, 0, 10n, 1), passes(0, 2, 10n, 2), passes(2, 1, 10n, 3)];

      for (const maxChunkInstructions of [1, 2, 3]) {
        const result = await settle({ snapshot, orders, trades, maxChunkInstructions });
        expect(receiptsOf(result).map(({ code }) => code)).to.deep.equal([0, 0, 0]);
        expect(result.chunks).to.have.lengthOf(Math.ceil(3 / maxChunkInstructions));
        expect(new Set(holdersAfterEach(snapshot, result.chunks))).to.deep.equal(new Set([1]));
      }
    });

    it("is kept at the end of each of them, wherever the cuts are", async function () {
      this.timeout(60_000);
      const seed = Number(process.env["SEED"] ?? randomInt(2 ** 31));
      console.log(`        seed ${seed} (SEED=${seed} repeats it)`);
      const random = createRandom(seed);
      const draw = (below: number) => randomInteger(random, 0, below - 1);
      const { snapshot = everyoneMayTrade() } = holders(LIMIT, { [ALICE]: 3n, [BOB]: 4n, [SECOND_WALLET]: 2n });

      for (let round = 0; round < 6; round++) {
        const trades = Array.from({ length: 60 }, (_, place) => {
          const seller = draw(names.length);
          return passes(seller, (seller + 1 + draw(names.length - 1)) % names.length, BigInt(1 + draw(4)), place + 1);
        });
        for (const mode of ["strict", "optimised"] as const) {
          const cuts = { maxChunkInstructions: 1 + draw(6), maxChunkPositions: 4 + draw(5) };
          const { chunks } = await settle({ mode, snapshot, orders, trades, ...cuts });
          const counts = holdersAfterEach(snapshot, chunks);
          expect(Math.max(...counts), `SEED=${seed}, round ${round}, ${mode}: ${counts}`).to.be.at.most(LIMIT);
        }
      }
    });
  });
});
