import { expect } from "chai";
import { BUY, CODE, explainCode, isAccepted, type PriceBand, REASONS, receiptsOf, SELL } from "../../executor/index.ts";
import {
  ALICE,
  BOB,
  type batch,
  buys,
  CROWN,
  CROWN_UNIT,
  codes,
  inWorld,
  NOW,
  order,
  PRICE,
  sells,
  settle,
  trade,
  withAssets,
  withCash,
  withMandate,
  withShares,
  YACHT,
} from "./worlds/trading-world.ts";

type Parts = Parameters<typeof batch>[0];

const orders = (buy = buys("alice"), sell = sells("bob")): Parts => ({ orders: [buy, sell] });
const trades = (terms: Parameters<typeof trade>[0]): Parts => ({ trades: [trade(terms)] });
const inCrowns = { currency: CROWN, limitPrice: CROWN_UNIT };
const crowns = (price: bigint): Parts => ({
  ...orders(buys("alice", inCrowns), sells("bob", inCrowns)),
  ...trades({ price }),
});
const foreign = () => buys("alice").signature;
const unlisted = (who: number) =>
  inWorld((draft) => {
    draft.shares = draft.shares.filter(({ account }) => account !== who);
  });
const unmandated = (who: number) =>
  inWorld((draft) => {
    draft.mandates = draft.mandates.filter(({ account }) => account !== who);
  });
const banded = (band: Partial<PriceBand>) =>
  inWorld((draft) => {
    draft.bands = [{ asset: 0, currency: 0, low: 0n, high: 0n, ...band }];
  });

/** Each reason, a batch to which it applies, and where there is a "just enough", the batch next to it. */
const cases: readonly (readonly [code: number, why: string, refused: () => Parts, accepted?: () => Parts])[] = [
  [
    CODE.malformed,
    "a price that is no whole number of engine units",
    () => crowns(CROWN_UNIT + 1n),
    () => crowns(CROWN_UNIT),
  ],
  [
    CODE.malformed,
    "a limit that is no whole number of engine units",
    () => orders(buys("alice", { currency: CROWN, limitPrice: 1n })),
  ],
  [CODE.malformed, "cash beyond 63 bits", () => trades({ quantity: 2n ** 32n, price: 2n ** 31n })],
  [CODE.malformed, "a quantity beyond 63 bits", () => trades({ quantity: 2n ** 63n, price: 0n })],
  [CODE.malformed, "a negative quantity", () => trades({ quantity: -1n })],
  [CODE.malformed, "an asset that is not in the snapshot", () => orders(signedElsewhere({ asset: 8n }))],
  [
    CODE.malformed,
    "a currency that is not in the snapshot",
    () => orders(signedElsewhere({ currency: `0x${"77".repeat(20)}` })),
  ],
  [CODE.malformed, "a priority that does not exist", () => orders(signedElsewhere({ priority: 4 }))],
  [CODE.malformed, "a side that does not exist", () => orders(signedElsewhere({ side: 2 }))],
  [CODE.orderUnknown, "a buying order that is not in the batch", () => trades({ buyOrder: 2 })],
  [CODE.orderUnknown, "a selling order that is not in the batch", () => trades({ sellOrder: 0xffffffff })],
  [CODE.sidesDoNotMatch, "two buying orders", () => orders(buys("alice"), order("bob", BUY))],
  [CODE.sidesDoNotMatch, "two selling orders", () => orders(order("alice", SELL), sells("bob"))],
  [CODE.assetsDiffer, "orders for different assets", () => orders(buys("alice", { asset: YACHT }))],
  [
    CODE.currenciesDiffer,
    "orders in different currencies",
    () => ({ ...orders(buys("alice", inCrowns)), ...trades({ price: CROWN_UNIT }) }),
  ],
  [CODE.quantityZero, "no shares", () => trades({ quantity: 0n }), () => trades({ quantity: 1n })],
  [
    CODE.selfTrade,
    "one wallet on both sides",
    () => orders(buys("bob")),
    () => orders(buys("alice"), sells("alice's second wallet")),
  ],
  [CODE.accountUnknown, "a buyer outside the snapshot", () => orders(buys("a stranger"))],
  [CODE.accountUnknown, "a seller outside the snapshot", () => orders(buys("alice"), sells("a stranger"))],
  [
    CODE.buySignatureInvalid,
    "a buying order signed for something else",
    () => orders({ ...buys("alice"), signature: foreign() }),
  ],
  [
    CODE.sellSignatureInvalid,
    "a selling order signed for something else",
    () => orders(buys("alice"), { ...sells("bob"), signature: foreign() }),
  ],
  [
    CODE.buyOrderExpired,
    "a buying order a second too late",
    () => orders(buys("alice", { expiry: NOW - 1n })),
    () => orders(buys("alice", { expiry: NOW })),
  ],
  [
    CODE.sellOrderExpired,
    "a selling order a second too late",
    () => orders(buys("alice"), sells("bob", { expiry: NOW - 1n })),
    () => orders(buys("alice"), sells("bob", { expiry: NOW })),
  ],
  [
    CODE.priceAboveBuyLimit,
    "a price one above the buyer's limit",
    () => trades({ price: PRICE + 1n }),
    () => trades({ price: PRICE }),
  ],
  [
    CODE.priceBelowSellLimit,
    "a price one below the seller's limit",
    () => trades({ price: PRICE - 1n }),
    () => trades({ price: PRICE }),
  ],
  [
    CODE.buyOrderOverfilled,
    "one share more than the buying order",
    () => trades({ quantity: 101n }),
    () => trades({ quantity: 100n }),
  ],
  [
    CODE.sellOrderOverfilled,
    "one share more than the selling order",
    () => orders(buys("alice"), sells("bob", { quantity: 9n })),
    () => orders(buys("alice"), sells("bob", { quantity: 10n })),
  ],
  [2, "an asset that is not active", () => withAssets({ state: 2 })],
  [11, "a suspended seller", () => withShares(BOB, { sendCode: 11 }), () => withShares(ALICE, { sendCode: 11 })],
  [CODE.senderUnknown, "a seller of whom the snapshot says nothing", () => unlisted(BOB)],
  [
    15,
    "a buyer who may only sell",
    () => withShares(ALICE, { receiveCode: 15 }),
    () => withShares(BOB, { receiveCode: 15 }),
  ],
  [30, "a buyer from a country that is not allowed", () => withShares(ALICE, { receiveCode: 30 })],
  [CODE.receiverUnknown, "a buyer of whom the snapshot says nothing", () => unlisted(ALICE)],
  [
    CODE.balanceTooSmall,
    "one share more than may move",
    () => withShares(BOB, { spendable: 9n }),
    () => withShares(BOB, { spendable: 10n }),
  ],
  [CODE.cashTooSmall, "one unit of cash too little", () => withCash(ALICE, 999n), () => withCash(ALICE, 1_000n)],
  [
    CODE.priceOutsideBand,
    "a price one unit below the band",
    () => banded({ low: PRICE + 1n, high: PRICE + 1n }),
    () => banded({ low: PRICE, high: PRICE }),
  ],
  [
    CODE.priceOutsideBand,
    "a price one unit above the band",
    () => banded({ low: 0n, high: PRICE - 1n }),
    () => banded({ low: 0n, high: PRICE }),
  ],
  [CODE.priceOutsideBand, "any price where none is usable", () => banded({ low: 1n, high: 0n })],
  [
    CODE.priceOutsideBand,
    "a price outside the band of this currency, not of another one",
    () => banded({ low: PRICE + 1n, high: PRICE + 1n }),
    () => banded({ low: PRICE + 1n, high: PRICE + 1n, currency: 1 }),
  ],
  [CODE.buyMandateMissing, "a buyer without a mandate", () => unmandated(ALICE)],
  [
    CODE.buyMandateMissing,
    "a buyer's mandate a second too late",
    () => withMandate(ALICE, { expiry: NOW - 1n }),
    () => withMandate(ALICE, { expiry: NOW }),
  ],
  [
    CODE.buyMandateMissing,
    "a buyer's mandate that is silent about the asset",
    () => withMandate(ALICE, { limits: [] }),
  ],
  [CODE.sellMandateMissing, "a seller without a mandate", () => unmandated(BOB)],
  [
    CODE.sellMandateMissing,
    "a seller's mandate a second too late",
    () => withMandate(BOB, { expiry: NOW - 1n }),
    () => withMandate(BOB, { expiry: NOW }),
  ],
];

/** A buying order whose values the signer refuses; the signature does not matter any more. */
function signedElsewhere(terms: Parameters<typeof buys>[1]) {
  return { ...buys("alice"), ...terms };
}

describe("Refusals", () => {
  it("do not meet a trade to which nothing objects", async () => {
    const result = await settle();

    expect(receiptsOf(result)).to.deep.include({
      id: receiptsOf(result)[0]?.id,
      index: 0,
      code: CODE.accepted,
      attempt: 0,
      quantity: 10n,
      cash: 1_000n,
      chunk: 0,
    });
  });

  for (const [code, why, refused, accepted] of cases) {
    it(`say ${code} ${explainCode(code).name} of ${why}`, async () => {
      const result = await settle(refused());

      expect(receiptsOf(result).map((receipt) => receipt.code)).to.deep.equal([code]);
      expect(receiptsOf(result)[0]).to.include({ quantity: 0n, cash: 0n });
      expect(result.chunks[0]?.net).to.deep.include({ assets: [], accounts: [], shares: [] });
      if (accepted !== undefined) expect(await codes(accepted())).to.deep.equal([CODE.accepted]);
    });
  }

  it("have a name, a sentence and a next step each, and only 0 is acceptance", () => {
    expect(REASONS.filter(({ code }) => isAccepted(code)).map(({ name }) => name)).to.deep.equal(["Accepted"]);
    expect(new Set(REASONS.map(({ name }) => name)).size).to.equal(REASONS.length);
    for (const { sentence, next } of REASONS) expect(sentence.endsWith(".") && next.endsWith(".")).to.equal(true);
    expect(explainCode(999).name).to.equal("Unknown999");
  });
});
