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

/** The words of 1–91 are those of ReasonTexts.sol and of the rules; a test compares them with what the chain says. */
const table: readonly (readonly [code: number, name: string, sentence: string, next: string])[] = [
  [0, "Accepted", "The instruction was accepted.", "Nothing; it is final once its chunk has settled."],
  [1, "AssetUnknown", "No such asset is listed.", "Check the asset id; `asset show` tells what is listed."],
  [2, "AssetNotActive", "The asset's state does not allow this now.", "Wait until the issuer makes the asset active."],
  [3, "RegisterPaused", "The register is paused.", "Wait until the guardian lifts the pause."],
  [10, "SenderUnknown", "The sender is not a registered investor.", "Ask the registrar to onboard the sender."],
  [11, "SenderSuspended", "The sender is suspended.", "Ask the registrar why, and to lift the suspension."],
  [12, "ReceiverUnknown", "The receiver is not a registered investor.", "Ask the registrar to onboard the receiver."],
  [13, "ReceiverSuspended", "The receiver is suspended.", "Ask the registrar why, and to lift the suspension."],
  [
    14,
    "ReceiverVerificationExpired",
    "The receiver's verification has expired.",
    "Ask the registrar to renew the verification.",
  ],
  [
    15,
    "ReceiverLiquidateOnly",
    "The receiver may only sell.",
    "Choose another receiver, or ask the registrar to lift the limit.",
  ],
  [20, "BalanceTooSmall", "The sender does not have that many shares to move.", "Transfer less."],
  [
    21,
    "BalanceFrozen",
    "Too many of the sender's shares are frozen.",
    "Transfer less, or ask the registrar to unfreeze.",
  ],
  [22, "BalanceLocked", "Too many of the sender's shares are locked by a desk.", "Wait for the desk to release them."],
  [
    30,
    "CountryNotAllowed",
    "The receiver's country is not among those in which this asset may be held.",
    "Choose a receiver from an allowed country, or ask compliance to add this one.",
  ],
  [
    31,
    "InvestorClassNotAllowed",
    "The receiver is not of an investor class that may hold this asset.",
    "Ask the registrar to verify the receiver for a required class, such as accredited investor.",
  ],
  [
    32,
    "HolderLimitReached",
    "The asset has as many holders as it may have, and the receiver is not one of them.",
    "Transfer to a present holder, or wait until a holder has sold all shares.",
  ],
  [90, "RuleFailed", "A rule of the asset failed to answer.", "Ask compliance to repair or remove the rule."],
  [91, "RulesStale", "A rule's counters are not up to date.", "Ask compliance to bring the rule up to date."],
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
