import { expect } from "chai";
import { type BatchInput, CODE, instructionsOf, receiptsOf } from "../../executor/index.ts";
import {
  ALICE,
  BOB,
  buys,
  CAROL,
  CROWN,
  CROWN_UNIT,
  cashOf,
  type Draft,
  everyoneMayTrade,
  limitOf,
  mandateOf,
  NOW,
  sells,
  settle,
  sharesOf,
  trade,
} from "./worlds/trading-world.ts";

type World = Draft<BatchInput["snapshot"]>;

/** Everyone may trade, and nobody has anything but what `edit` gives. */
function poorWorld(edit: (draft: World) => void = () => undefined): World {
  return everyoneMayTrade((draft) => {
    for (const position of draft.shares) Object.assign(position, { balance: 0n, spendable: 0n });
    for (const position of draft.cash) position.deposited = 0n;
    edit(draft);
  });
}

const giveShares = (draft: World, account: number, shares: bigint) =>
  Object.assign(sharesOf(draft, account), { balance: shares, spendable: shares });

/** Runs an optimised batch in a poor world. */
const run = ({ edit, ...parts }: Partial<BatchInput> & { edit?: (draft: World) => void }) =>
  settle({ mode: "optimised", snapshot: poorWorld(edit), ...parts });

/** Code and chunk of each trade, by match number. */
async function outcomes(parts: Parameters<typeof run>[0]): Promise<Record<string, readonly [number, number]>> {
  const result = await run(parts);
  const instructions = instructionsOf(result);
  return Object.fromEntries(
    receiptsOf(result).map(({ index, code, chunk }) => [`${instructions[index]?.matchNumber}`, [code, chunk] as const]),
  );
}

const { waitsForShares, waitsForCash, groupTooLarge } = CODE;

/** Alice sells to bob and bob sells to alice. */
const backToBack = {
  orders: [buys("alice"), sells("bob"), buys("bob"), sells("alice")],
  trades: [trade(), trade({ buyOrder: 2, sellOrder: 3, matchNumber: 2n })],
};

/** Alice sells to bob, bob to carol, carol to alice. */
const circle = {
  orders: [buys("bob"), sells("alice"), buys("carol"), sells("bob"), buys("alice"), sells("carol")],
  trades: [0, 2, 4].map((buyOrder) =>
    trade({ buyOrder, sellOrder: buyOrder + 1, matchNumber: BigInt(buyOrder / 2 + 1) }),
  ),
};

describe("The optimised mode", () => {
  describe("settles together", () => {
    it("two trades back to back, neither of which could go first", async () => {
      expect(await outcomes(backToBack)).to.deep.equal({ 1: [0, 0], 2: [0, 0] });
    });

    it("a circle of three", async () => {
      expect(await outcomes(circle)).to.deep.equal({ 1: [0, 0], 2: [0, 0], 3: [0, 0] });
    });

    it("a chain whose last link only can pay, in the order of its links", async () => {
      const chain = { orders: circle.orders, trades: circle.trades.slice(0, 2) };
      const edit = (draft: World) => {
        giveShares(draft, ALICE, 10n);
        cashOf(draft, CAROL).deposited = 1_000n;
      };

      expect(await outcomes({ ...chain, edit })).to.deep.equal({ 1: [0, 0], 2: [0, 0] });
    });

    it("what two debtors owe each other, shares against cash", async () => {
      // Bob has the shares but not the cash for what he buys; carol has neither, and pays bob with alice's cash.
      const orders = [buys("bob"), sells("carol"), buys("carol"), sells("bob"), buys("alice"), sells("carol")];
      const trades = [
        trade({ quantity: 20n }),
        trade({ buyOrder: 2, sellOrder: 3, quantity: 25n, matchNumber: 2n }),
        trade({ buyOrder: 4, sellOrder: 5, quantity: 5n, matchNumber: 3n }),
      ];
      const edit = (draft: World) => {
        giveShares(draft, BOB, 5n);
        cashOf(draft, ALICE).deposited = 500n;
      };

      expect(await outcomes({ orders, trades, edit })).to.deep.equal({ 1: [0, 0], 2: [0, 0], 3: [0, 0] });
    });

    it("less than all: of two trades that cannot both settle, the one of lower priority waits", async () => {
      const low = sells("bob", { priority: 0 });
      const top = sells("bob", { priority: 2 });
      const orders = [
        buys("alice", { priority: 2 }),
        low,
        top,
        buys("bob", { priority: 2 }),
        sells("alice", { priority: 2 }),
      ];
      const trades = [
        trade({ sellOrder: 1, matchNumber: 1n }),
        trade({ sellOrder: 2, matchNumber: 2n }),
        trade({ buyOrder: 3, sellOrder: 4, matchNumber: 3n }),
      ];

      expect(await outcomes({ orders, trades })).to.deep.equal({ 1: [waitsForShares, 0], 2: [0, 0], 3: [0, 0] });
    });

    it("nothing across currencies, because a chunk has one", async () => {
      const crowns = { currency: CROWN, limitPrice: CROWN_UNIT };
      const orders = [...backToBack.orders.slice(0, 2), buys("bob", crowns), sells("alice", crowns)];
      const trades = [trade(), trade({ buyOrder: 2, sellOrder: 3, price: CROWN_UNIT, matchNumber: 2n })];

      const found = await outcomes({ orders, trades });
      expect(found).to.deep.equal({ 1: [waitsForShares, 0], 2: [waitsForShares, 0] });
    });
  });

  describe("lets wait", () => {
    it("what lacks shares or cash, and says which", async () => {
      const shares = { edit: (draft: World) => (cashOf(draft, ALICE).deposited = 1_000n) };
      const cash = { edit: (draft: World) => giveShares(draft, BOB, 10n) };

      expect(await outcomes(shares)).to.deep.equal({ 1: [waitsForShares, 0] });
      expect(await outcomes(cash)).to.deep.equal({ 1: [waitsForCash, 0] });
    });

    it("what stands in a group too large for a chunk", async () => {
      const found = await outcomes({ ...circle, maxChunkInstructions: 2 });
      expect(found).to.deep.equal({ 1: [groupTooLarge, 0], 2: [groupTooLarge, 0], 3: [groupTooLarge, 1] });

      const narrow = await outcomes({ ...circle, maxChunkPositions: 5 });
      expect(Object.values(narrow).map(([code]) => code)).to.deep.equal(Array(3).fill(groupTooLarge));
    });

    it("until the time is up, to the second", async () => {
      expect(await outcomes({ recycleUntil: NOW + 1n })).to.deep.equal({ 1: [waitsForShares, 0] });
      expect(await outcomes({ recycleUntil: NOW })).to.deep.equal({ 1: [CODE.balanceTooSmall, 0] });
    });

    it("until its attempts are used up", async () => {
      expect(await outcomes({ trades: [trade({ attempt: 254 })] })).to.deep.equal({ 1: [waitsForShares, 0] });
      expect(await outcomes({ trades: [trade({ attempt: 255 })] })).to.deep.equal({ 1: [CODE.balanceTooSmall, 0] });
    });
  });

  describe("refuses", () => {
    it("what repeats a trade that waits", async () => {
      const codes = receiptsOf(await run({ trades: [trade(), trade()] })).map(({ code }) => code);
      expect(codes).to.deep.equal([CODE.duplicate, waitsForShares]);
    });

    it("a waiting trade whose order others have filled meanwhile", async () => {
      const orders = [buys("alice", { quantity: 10n }), sells("bob"), sells("carol")];
      const trades = [trade(), trade({ sellOrder: 2, matchNumber: 2n })];
      const edit = (draft: World) => {
        giveShares(draft, CAROL, 10n);
        cashOf(draft, ALICE).deposited = 2_000n;
      };

      expect(await outcomes({ orders, trades, edit })).to.deep.equal({ 1: [CODE.buyOrderOverfilled, 0], 2: [0, 0] });
    });
  });

  describe("holds groups to", () => {
    it("orders: what would be filled too far leaves, last first", async () => {
      const orders = [buys("alice", { quantity: 15n }), ...backToBack.orders.slice(1)];
      const trades = [...backToBack.trades, trade({ matchNumber: 3n })];

      const found = await outcomes({ orders, trades });
      expect(found).to.deep.equal({ 1: [0, 0], 2: [0, 0], 3: [CODE.buyOrderOverfilled, 0] });
    });

    it("mandates, judged on what the group moves on net", async () => {
      const netted = { edit: (draft: World) => (limitOf(draft, ALICE).inLeft = 0n) };
      expect(await outcomes({ ...backToBack, ...netted })).to.deep.equal({ 1: [0, 0], 2: [0, 0] });

      const tooDear = trade({ buyOrder: 2, sellOrder: 3, price: 99n, matchNumber: 2n });
      const orders = [...backToBack.orders.slice(0, 3), sells("alice", { limitPrice: 99n })];
      const edit = (draft: World) => {
        cashOf(draft, ALICE).deposited = 10n;
        mandateOf(draft, ALICE).cashOutLeft = 9n;
      };
      const found = await outcomes({ orders, trades: [trade(), tooDear], edit });
      expect(found).to.deep.equal({ 1: [waitsForShares, 0], 2: [waitsForShares, 0] });
    });

    it("holder limits, judged once all of the group has settled", async () => {
      const edit = (limit: number) => (draft: World) => {
        for (const asset of draft.assets) asset.holderLimit = limit;
        giveShares(draft, CAROL, 1n);
      };

      // Each trade by itself would bring in a holder; all of them together bring in none.
      expect(await outcomes({ ...circle, edit: edit(2) })).to.deep.equal({ 1: [0, 0], 2: [0, 0], 3: [0, 0] });
    });
  });

  it("comes out like the strict mode where nothing waits", async () => {
    const strict = await settle({ ...backToBack });
    const optimised = await settle({ ...backToBack, mode: "optimised" });

    expect(optimised.header.mode).to.equal(1);
    expect(optimised.receipts).to.deep.equal(strict.receipts);
    expect(optimised.chunks).to.deep.equal(strict.chunks);
  });
});
