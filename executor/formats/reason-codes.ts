import { KIND } from "./instruction-record.ts";

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
  [4, "AssetPaused", "Movements of this asset are paused.", "Wait until the guardian lifts the pause of the asset."],
  [5, "CapExceeded", "The issue would exceed the asset's cap, which is fixed.", "Issue at most what the cap leaves."],
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
  [16, "SenderFrozen", "The sender's wallet is frozen.", "Ask the registrar why, and to lift the freeze."],
  [
    17,
    "ReceiverFrozen",
    "The receiver's wallet is frozen.",
    "Choose another wallet, or ask the registrar to lift the freeze.",
  ],
  [18, "SenderRetired", "The sender's wallet was lost and has a successor.", "Send from the successor."],
  [19, "ReceiverRetired", "The receiver's wallet was lost and has a successor.", "Send to the successor."],
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
  [
    33,
    "TooFewHolders",
    "The sender would leave, and the asset has no more holders than it needs.",
    "Keep a share, or transfer all of them to somebody who holds none yet.",
  ],
  [
    34,
    "BalanceCapExceeded",
    "The receiver would hold more of the asset than one investor may.",
    "Transfer less, or choose another receiver.",
  ],
  [
    35,
    "HoldingTooSmall",
    "The sender or the receiver would end with some shares, but fewer than an investor has to hold.",
    "Transfer everything, or an amount after which both hold at least the minimum.",
  ],
  [
    36,
    "SharesLockedUp",
    "Too many of the sender's shares were acquired too recently to be passed on.",
    "Transfer less, or wait until the lock-up of the shares has ended.",
  ],
  [
    37,
    "VolumeExceeded",
    "The sender would pass on more shares within the asset's window than an investor may.",
    "Transfer less, or wait until earlier transfers are out of the window.",
  ],
  [
    38,
    "FlowbackForbidden",
    "Shares that were sold abroad may not flow back into the receiver's country yet.",
    "Choose a receiver abroad, or wait until the distribution compliance period has ended.",
  ],
  [
    39,
    "Sanctioned",
    "The sender or the receiver is under sanctions.",
    "Stop, and report to compliance; transfers go on only once the wallet is off the list.",
  ],
  [
    40,
    "DisclosureNotAcknowledged",
    "The receiver has not acknowledged the asset's disclosures.",
    "Have the receiver read and acknowledge the present disclosures with the receiving wallet.",
  ],
  [
    41,
    "CustodyNotAttested",
    "No custodian's word about the existence of the asset holds now.",
    "Wait until the custodian has attested anew; holdings can be redeemed meanwhile.",
  ],
  [
    42,
    "NotTheWholeHolding",
    "Shares of this asset pass on only as the sender's whole holding.",
    "Gather all shares in one wallet, and transfer all of them.",
  ],
  [
    43,
    "NotApproved",
    "Compliance has not approved this transfer.",
    "Ask compliance to approve exactly this sender, receiver and number of shares.",
  ],
  [
    44,
    "RouteNotPermitted",
    "No route is open from the sender's country to the receiver's for this class of asset.",
    "Choose a receiver in a country to which a route is open, or ask compliance to open this one.",
  ],
  [
    45,
    "AttributesNotMet",
    "What is known of the receiver does not meet the asset's requirements.",
    "Compare the receiver's profile with the asset's rules, and have the registrar complete it.",
  ],
  [
    46,
    "HolderQuotaReached",
    "The asset has as many holders from the receiver's country, or of a class of the receiver, as it may have.",
    "Transfer to a present holder or to an investor of another kind, or wait until such a holder has left.",
  ],
  [90, "RuleFailed", "A rule of the asset failed to answer.", "Ask compliance to repair or remove the rule."],
  [91, "RulesStale", "A rule's counters are not up to date.", "Ask compliance to bring the rule up to date."],
  [
    100,
    "Malformed",
    "The instruction, or one of its messages, holds values that are not allowed.",
    "Correct the values.",
  ],
  [
    101,
    "OrderUnknown",
    "The instruction names an order or a message that is not in the batch.",
    "Add it to the batch.",
  ],
  [
    102,
    "SidesDoNotMatch",
    "The orders do not stand on the sides the trade says.",
    "Name a buying and a selling order.",
  ],
  [103, "AssetsDiffer", "The orders are for different assets.", "Match orders for one asset."],
  [104, "CurrenciesDiffer", "The orders are in different currencies.", "Match orders in one currency."],
  [105, "QuantityZero", "The instruction moves no shares.", "Name at least one share."],
  [106, "SelfTrade", "Both orders are from the same wallet.", "Match orders of different traders."],
  [
    107,
    "AccountUnknown",
    "Somebody who signed is not among the accounts of the snapshot.",
    "Add the account and read the chain again.",
  ],
  [108, "BuySignatureInvalid", "The buying order is not signed by its trader.", "Have the buyer sign it again."],
  [109, "SellSignatureInvalid", "The selling order is not signed by its trader.", "Have the seller sign it again."],
  [
    110,
    "Duplicate",
    "An instruction of this id was accepted or refused before.",
    "Give a new match its own number, a new message its own salt.",
  ],
  [111, "BuyOrderExpired", "The buying order has expired.", "Ask the buyer for a new order."],
  [112, "SellOrderExpired", "The selling order has expired.", "Ask the seller for a new order."],
  [113, "PriceAboveBuyLimit", "The price is above what the buyer pays.", "Trade at or below the buyer's limit."],
  [114, "PriceBelowSellLimit", "The price is below what the seller takes.", "Trade at or above the seller's limit."],
  [115, "BuyOrderOverfilled", "The trade exceeds what is left of the buying order.", "Trade at most what is left."],
  [116, "SellOrderOverfilled", "The trade exceeds what is left of the selling order.", "Trade at most what is left."],
  [117, "CashTooSmall", "The buyer has not deposited enough cash.", "Deposit cash at the settlement desk."],
  [
    118,
    "PriceOutsideBand",
    "The price guard does not allow this price now, or no price at all.",
    "Trade within the band that `asset value` tells, or have the asset valued again.",
  ],
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
  [
    124,
    "MessageTypeWrong",
    "The message is not of the type that the instruction needs.",
    "Name a message of the right type.",
  ],
  [125, "SignatureInvalid", "The message is not signed by whom it names.", "Have it signed again."],
  [126, "MessageExpired", "The message has expired.", "Ask its signer for a new one."],
  [127, "SameAccount", "The shares would stay in one wallet.", "Name two different wallets."],
  [128, "OfferingUnknown", "The snapshot has no such offering.", "Name an offering of the snapshot."],
  [
    129,
    "OfferingTermsDiffer",
    "The offering has another asset, currency or price.",
    "Subscribe at the offering's terms.",
  ],
  [130, "OfferingSoldOut", "The offering has fewer shares left.", "Subscribe for at most what is left."],
  [131, "EntitlementUnknown", "The snapshot has no such entitlement.", "Name an entitlement of the snapshot."],
  [132, "AlreadyClaimed", "The income was paid out before.", "Nothing; it is paid once."],
  [133, "PotTooSmall", "The distribution's account has not enough cash.", "Ask the paying agent to fund it."],
  [134, "HoldUnknown", "There is no live hold of this id.", "Name a hold that was accepted and is not decided."],
  [135, "NotHoldAgent", "The signer is not the hold's agent.", "Have the agent sign the decision."],
  [136, "HoldOver", "The hold's time is over.", "Let it expire, and make a new one."],
  [
    137,
    "HoldNotOver",
    "The hold's time is not over.",
    "Wait until its last second has passed, or have its agent decide.",
  ],
  [138, "HoldExceeded", "More would be handed over than is held.", "Hand over at most what is held."],
  [139, "NotOfficer", "The signer may not freeze shares.", "Have an officer of the snapshot sign."],
  [140, "FrozenTooSmall", "Fewer shares are frozen.", "Free at most what is frozen."],
  [141, "BuyOrderCancelled", "The buyer has withdrawn the order.", "Ask the buyer for a new order."],
  [142, "SellOrderCancelled", "The seller has withdrawn the order.", "Ask the seller for a new order."],
  [
    143,
    "LinkedFailed",
    "Another instruction of the chain was refused.",
    "See the chain's instruction that has its own code.",
  ],
  [144, "LinkedOpen", "The chain has no end in this batch.", "Send the whole chain in one batch."],
  [145, "ChainTooLong", "The chain has more instructions than a chain or a chunk may have.", "Divide it."],
  [
    146,
    "ChainBeyondChunk",
    "The chain needs a second currency or more positions than a chunk may touch.",
    "Divide it, or keep to one currency.",
  ],
  [
    160,
    "WaitsForShares",
    "The sender has too few shares that may move; the instruction waits for the next batch.",
    "Nothing, or bring in the shares before it.",
  ],
  [
    161,
    "WaitsForCash",
    "The payer has not deposited enough cash; the instruction waits for the next batch.",
    "Nothing, or deposit cash before it.",
  ],
  [
    162,
    "GroupTooLarge",
    "The instruction could settle only together with more others than a chunk holds; it waits for the next batch.",
    "Allow larger chunks, or bring in shares or cash so that fewer depend on each other.",
  ],
  [
    163,
    "WaitsForChain",
    "Another instruction of the chain lacks shares or cash; the chain waits for the next batch.",
    "See the chain's instruction that has its own code.",
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
  balanceFrozen: 21,
  balanceLocked: 22,
  holderLimitReached: 32,
  tooFewHolders: 33,
  balanceCapExceeded: 34,
  holdingTooSmall: 35,
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
  priceOutsideBand: 118,
  buyMandateMissing: 120,
  sellMandateMissing: 121,
  buyMandateExhausted: 122,
  sellMandateExhausted: 123,
  messageTypeWrong: 124,
  signatureInvalid: 125,
  messageExpired: 126,
  sameAccount: 127,
  offeringUnknown: 128,
  offeringTermsDiffer: 129,
  offeringSoldOut: 130,
  entitlementUnknown: 131,
  alreadyClaimed: 132,
  potTooSmall: 133,
  holdUnknown: 134,
  notHoldAgent: 135,
  holdOver: 136,
  holdNotOver: 137,
  holdExceeded: 138,
  notOfficer: 139,
  frozenTooSmall: 140,
  buyOrderCancelled: 141,
  sellOrderCancelled: 142,
  linkedFailed: 143,
  linkedOpen: 144,
  chainTooLong: 145,
  chainBeyondChunk: 146,
  waitsForShares: 160,
  waitsForCash: 161,
  groupTooLarge: 162,
  waitsForChain: 163,
} as const;

/** What a lack becomes in an optimised batch: the instruction waits. */
export const WAITING_CODE: ReadonlyMap<number, number> = new Map([
  [CODE.balanceTooSmall, CODE.waitsForShares],
  [CODE.balanceFrozen, CODE.waitsForShares],
  [CODE.balanceLocked, CODE.waitsForShares],
  [CODE.cashTooSmall, CODE.waitsForCash],
  [CODE.potTooSmall, CODE.waitsForCash],
  [CODE.linkedFailed, CODE.waitsForChain],
]);

/** Whether `code` says that shares or cash were lacking, which others may bring in. */
export function isShortage(code: number): boolean {
  return WAITING_CODE.has(code) && code !== CODE.linkedFailed;
}

/**
 * Whether an instruction of `kind` that got `code` may wait: what moves from one account to another can until it has what it
 * lacks; what freezes, holds or decides is refused at once.
 */
export function mayWait(kind: number, code: number): boolean {
  return kind >= KIND.trade && kind <= KIND.claim && isShortage(code);
}

/** Whether an instruction with `code` waits, and may come again. */
export function isWaiting(code: number): boolean {
  return code >= 160 && code < 180;
}

/**
 * Whether `code` ends the instruction's id once its chunk has settled. What waits keeps it, and a duplicate says nothing of
 * it: the id was used up by the instruction that it repeats, or that one waits.
 */
export function endsId(code: number): boolean {
  return code !== CODE.duplicate && !isWaiting(code);
}
