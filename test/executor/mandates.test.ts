import { expect } from "chai";
import { CODE } from "../../executor/index.ts";
import {
  ALICE,
  BOB,
  buys,
  codes,
  inWorld,
  limitOf,
  mandateOf,
  PRICE,
  sells,
  trade,
  withLimit,
  withMandate,
} from "./worlds/trading-world.ts";

describe("Mandates", () => {
  const exhausted = { buy: CODE.buyMandateExhausted, sell: CODE.sellMandateExhausted };

  it("bound the shares that come in and go out, to the share", async () => {
    expect(await codes(withLimit(ALICE, { inLeft: 10n }))).to.deep.equal([0]);
    expect(await codes(withLimit(ALICE, { inLeft: 9n }))).to.deep.equal([exhausted.buy]);
    expect(await codes(withLimit(BOB, { outLeft: 10n }))).to.deep.equal([0]);
    expect(await codes(withLimit(BOB, { outLeft: 9n }))).to.deep.equal([exhausted.sell]);
  });

  it("bound the cash that goes out, to the unit", async () => {
    expect(await codes(withMandate(ALICE, { cashOutLeft: 1_000n }))).to.deep.equal([0]);
    expect(await codes(withMandate(ALICE, { cashOutLeft: 999n }))).to.deep.equal([exhausted.buy]);
    expect(await codes(withMandate(BOB, { cashOutLeft: 0n }))).to.deep.equal([0]);
  });

  /** A buyer who pays at most one less than the price, and allows for `loss` and `fees`. */
  const thriftyBuyer = (lossLeft: bigint, feeLeft: bigint) =>
    inWorld((draft) => {
      Object.assign(mandateOf(draft, ALICE), { lossLeft, feeLeft });
      limitOf(draft, ALICE).maxBuyPrice = PRICE - 1n;
    });

  it("let net cash fall short of a buyer's highest price by fees and loss together", async () => {
    expect(await codes(thriftyBuyer(6n, 4n))).to.deep.equal([0]);
    expect(await codes(thriftyBuyer(6n, 3n))).to.deep.equal([exhausted.buy]);
    expect(await codes(thriftyBuyer(5n, 4n))).to.deep.equal([exhausted.buy]);
  });

  it("let net cash fall short of a seller's lowest price by the same", async () => {
    const proudSeller = (lossLeft: bigint) =>
      inWorld((draft) => {
        mandateOf(draft, BOB).lossLeft = lossLeft;
        limitOf(draft, BOB).minSellPrice = PRICE + 1n;
      });

    expect(await codes(proudSeller(10n))).to.deep.equal([0]);
    expect(await codes(proudSeller(9n))).to.deep.equal([exhausted.sell]);
  });

  it("count net within a chunk: what went out makes room for what comes in", async () => {
    const orders = [buys("alice"), sells("bob"), buys("bob"), sells("alice")];
    const back = trade({ buyOrder: 2, sellOrder: 3 });
    const again = trade({ matchNumber: 2n });
    const tight = withLimit(ALICE, { inLeft: 10n });

    expect(await codes({ ...tight, orders, trades: [trade(), back, again] })).to.deep.equal([0, 0, 0]);
    expect(await codes({ ...tight, orders, trades: [trade(), again, back] })).to.deep.equal([0, exhausted.buy, 0]);
  });

  it("use up what a chunk moved on net when it closes", async () => {
    const orders = [buys("alice"), sells("bob"), buys("bob"), sells("alice")];
    const back = trade({ buyOrder: 2, sellOrder: 3 });
    const again = trade({ matchNumber: 2n });
    const tight = { ...withLimit(ALICE, { inLeft: 10n }), orders, trades: [trade(), back, again] };

    expect(await codes({ ...tight, maxChunkInstructions: 2 })).to.deep.equal([0, 0, 0]);
    expect(await codes({ ...tight, maxChunkInstructions: 1 })).to.deep.equal([0, 0, exhausted.buy]);
  });

  it("use up fees before loss, chunk by chunk, and never more than both", async () => {
    const trades = [1n, 2n, 3n].map((matchNumber) => trade({ matchNumber }));

    for (const maxChunkInstructions of [1, 2, 3]) {
      const parts = { ...thriftyBuyer(12n, 8n), trades, maxChunkInstructions };
      expect(await codes(parts)).to.deep.equal([0, 0, exhausted.buy]);
    }
    expect(await codes({ ...thriftyBuyer(22n, 8n), trades, maxChunkInstructions: 1 })).to.deep.equal([0, 0, 0]);
  });

  it("do not give back what a good price saved in a closed chunk", async () => {
    const bargain = trade({ price: PRICE - 2n });
    const orders = [buys("alice"), sells("bob", { limitPrice: 1n })];
    const parts = { ...thriftyBuyer(0n, 0n), orders, trades: [bargain, trade()] };

    expect(await codes(parts)).to.deep.equal([0, 0]);
    expect(await codes({ ...parts, maxChunkInstructions: 1 })).to.deep.equal([0, exhausted.buy]);
  });

  it("may hold numbers beyond 64 bits, as their signed fields can", async () => {
    const wide = inWorld((draft) => {
      Object.assign(mandateOf(draft, ALICE), { cashOutLeft: 2n ** 128n - 1n, lossLeft: 2n ** 128n - 1n });
      Object.assign(limitOf(draft, ALICE), { inLeft: 2n ** 64n - 1n, maxBuyPrice: 2n ** 128n - 1n });
    });

    expect(await codes(wide)).to.deep.equal([0]);
  });

  it("bind a protocol account like anyone else", async () => {
    const orders = [buys("the desk"), sells("bob")];

    expect(await codes({ orders })).to.deep.equal([0]);
    expect(await codes({ ...withLimit(4, { inLeft: 9n }), orders })).to.deep.equal([exhausted.buy]);
  });
});
