/** Why an instruction was accepted or refused: one table for contracts, executor, SDK and command line. */
export interface Reason {
  readonly code: number;
  readonly name: string;
  /** Why, as a sentence. */
  readonly sentence: string;
  /** What to do next. */
  readonly next: string;
}

export const ACCEPTED = 0;

const table: readonly (readonly [code: number, name: string, sentence: string, next: string])[] = [
  [0, "Accepted", "The instruction was accepted.", "Nothing; it is final once its chunk has settled."],
  [1, "AssetUnknown", "No asset is listed under this id.", "Check the asset id, or list the asset."],
  [2, "AssetNotActive", "The asset is not open for trading.", "Wait until the issuer activates it."],
  [3, "RegisterPaused", "The register, or this asset in it, is paused.", "Wait until the guardian lifts the pause."],
  [10, "SenderUnknown", "The seller's wallet belongs to no investor.", "Register the wallet with its investor."],
  [11, "SenderSuspended", "The seller is suspended.", "Ask the registrar why, and to lift it."],
  [12, "ReceiverUnknown", "The buyer's wallet belongs to no investor.", "Register the wallet with its investor."],
  [13, "ReceiverSuspended", "The buyer is suspended.", "Ask the registrar why, and to lift it."],
  [14, "ReceiverVerificationExpired", "The buyer's verification has expired.", "Verify the investor again."],
  [15, "ReceiverLiquidateOnly", "The buyer may only sell.", "Ask the registrar why, and to lift it."],
  [20, "BalanceTooSmall", "The seller does not have enough shares that may move.", "Sell fewer shares."],
  [21, "BalanceFrozen", "Enough of the seller's shares are frozen that the rest do not suffice.", "Ask the registrar."],
  [22, "BalanceLocked", "Enough of the seller's shares are locked that the rest do not suffice.", "Release the lock."],
  [30, "CountryNotAllowed", "The asset may not be held from the buyer's country.", "Sell to an allowed country."],
  [
    31,
    "InvestorClassNotAllowed",
    "The buyer is not of a class that may hold the asset.",
    "Update the investor's class.",
  ],
  [
    32,
    "HolderLimitReached",
    "One more investor would exceed the asset's limit.",
    "Sell to someone who holds it already.",
  ],
  [90, "RuleFailed", "A transfer rule failed, so nothing may move.", "Have the rule repaired or replaced."],
  [91, "RulesStale", "A rule's counters are not up to date, so nothing may move.", "Backfill the rule."],
  [100, "Malformed", "The trade, or one of its orders, holds values that are not allowed.", "Correct the values."],
  [101, "OrderUnknown", "The trade names an order that is not in the batch.", "Add the order to the batch."],
  [
    102,
    "SidesDoNotMatch",
    "The orders do not stand on the sides the trade says.",
    "Name a buying and a selling order.",
  ],
  [103, "AssetsDiffer", "The orders are for different assets.", "Match orders for one asset."],
  [104, "CurrenciesDiffer", "The orders are in different currencies.", "Match orders in one currency."],
  [105, "QuantityZero", "The trade moves no shares.", "Trade at least one share."],
  [106, "SelfTrade", "Both orders are from the same wallet.", "Match orders of different traders."],
  [
    107,
    "AccountUnknown",
    "A trader is not among the accounts of the snapshot.",
    "Add the account and read the chain again.",
  ],
  [108, "BuySignatureInvalid", "The buying order is not signed by its trader.", "Have the buyer sign it again."],
  [109, "SellSignatureInvalid", "The selling order is not signed by its trader.", "Have the seller sign it again."],
  [110, "Duplicate", "A trade of this id was accepted or refused before.", "Give a new match its own match number."],
  [111, "BuyOrderExpired", "The buying order has expired.", "Ask the buyer for a new order."],
  [112, "SellOrderExpired", "The selling order has expired.", "Ask the seller for a new order."],
  [113, "PriceAboveBuyLimit", "The price is above what the buyer pays.", "Trade at or below the buyer's limit."],
  [114, "PriceBelowSellLimit", "The price is below what the seller takes.", "Trade at or above the seller's limit."],
  [115, "BuyOrderOverfilled", "The trade exceeds what is left of the buying order.", "Trade at most what is left."],
  [116, "SellOrderOverfilled", "The trade exceeds what is left of the selling order.", "Trade at most what is left."],
  [117, "CashTooSmall", "The buyer has not deposited enough cash.", "Deposit cash at the settlement desk."],
  [
    120,
    "BuyMandateMissing",
    "The buyer has no live mandate for this currency and asset.",
    "Have the buyer sign a mandate.",
  ],
  [
    121,
    "SellMandateMissing",
    "The seller has no live mandate for this currency and asset.",
    "Have the seller sign a mandate.",
  ],
  [122, "BuyMandateExhausted", "The trade would exceed the buyer's mandate.", "Have the buyer sign a wider mandate."],
  [
    123,
    "SellMandateExhausted",
    "The trade would exceed the seller's mandate.",
    "Have the seller sign a wider mandate.",
  ],
];

/** Every reason, in the order in which it is checked within its group. */
export const REASONS: readonly Reason[] = table.map(([code, name, sentence, next]) => ({ code, name, sentence, next }));

const byCode = new Map(REASONS.map((reason) => [reason.code, reason]));

/** The reason behind `code`; a code that this version does not know is still named. */
export function explainCode(code: number): Reason {
  return (
    byCode.get(code) ?? {
      code,
      name: `Unknown${code}`,
      sentence: `Code ${code} is not in the table.`,
      next: "Update to a version that knows it.",
    }
  );
}

/** Whether a receipt with `code` moved something. */
export function isAccepted(code: number): boolean {
  return code === ACCEPTED;
}

/** The codes by name, for code that decides. */
export const CODE = {
  accepted: 0,
  senderUnknown: 10,
  receiverUnknown: 12,
  balanceTooSmall: 20,
  holderLimitReached: 32,
  malformed: 100,
  orderUnknown: 101,
  sidesDoNotMatch: 102,
  assetsDiffer: 103,
  currenciesDiffer: 104,
  quantityZero: 105,
  selfTrade: 106,
  accountUnknown: 107,
  buySignatureInvalid: 108,
  sellSignatureInvalid: 109,
  duplicate: 110,
  buyOrderExpired: 111,
  sellOrderExpired: 112,
  priceAboveBuyLimit: 113,
  priceBelowSellLimit: 114,
  buyOrderOverfilled: 115,
  sellOrderOverfilled: 116,
  cashTooSmall: 117,
  buyMandateMissing: 120,
  sellMandateMissing: 121,
  buyMandateExhausted: 122,
  sellMandateExhausted: 123,
} as const;
