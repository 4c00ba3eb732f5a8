import { dataLength, Interface } from "ethers";
import { CODE } from "../executor/index.ts";
import { SettlementDesk__factory, ShareToken__factory, TransferRules__factory } from "../typechain-types/index.ts";
import { suiteInterfaces } from "./contracts.ts";
import { decodeRevert } from "./revert.ts";

/** Who has to act before what was refused can settle. */
export type Fault =
  /** The account that the error names. */
  | "account"
  /** Whoever lets the asset that it names be moved: nobody's shares of it can settle. */
  | "asset"
  /** Somebody in the chunk: a rule judges an end state and names nobody. */
  | "rule"
  /** Nobody: it needs more gas than there is, and has to be made smaller. */
  | "size"
  /** Nobody: the chain has moved on since it was asked, and is to be asked again. */
  | "stale"
  /** The operator, or whoever has stopped the desk or the register: nothing can settle. */
  | "desk"
  /** Its parties. Only a trade by itself is refused with it. */
  | "trade";

/** What a refusal is told of a trade to say whose fault it was. */
export interface RefusedTrade {
  readonly buyer: string;
  readonly buyOrder: string;
}

/** Codes that have no name in the executor, because it is told them by the snapshot. */
const REGISTER = { assetUnknown: 1, assetNotActive: 2, registerPaused: 3, assetPaused: 4, senderRetired: 18 };

/** Without a code of its own: a rule or a contract refused and did not say which. */
export const RULE_FAILED = 90;

/** The reason code (docs/formats.md, section 5) of an error with these arguments; of a chunk there is no trade to be told of. */
type CodeOf = (args: Values, trade: RefusedTrade | undefined) => number;
type Values = Readonly<Record<string, unknown>>;
type Row = readonly [fault: Fault, code?: CodeOf];

const always = (code: number) => () => code;
const isSame = (one: unknown, other: string) => String(one).toLowerCase() === other.toLowerCase();
/** The buyer's code if the named argument is the buyer, or his order, and `alone` where no trade is known. */
const bySide =
  (argument: string, of: keyof RefusedTrade, buyer: number, seller: number, alone = buyer): CodeOf =>
  (args, trade) => {
    if (trade === undefined) return alone;
    return isSame(args[argument], trade[of]) ? buyer : seller;
  };
const stated: CodeOf = ({ code }) => Number(code);

const { buyOrderExpired, sellOrderExpired, buyMandateMissing, sellMandateMissing } = CODE;
const { buyMandateExhausted, sellMandateExhausted, buySignatureInvalid, sellSignatureInvalid } = CODE;
const missing = bySide("account", "buyer", buyMandateMissing, sellMandateMissing);
// Of a trade it is an order that has expired, of a chunk a mandate: one like that is missing to the executor.
const expired = bySide("account", "buyer", buyOrderExpired, sellOrderExpired, buyMandateMissing);
const exhausted = bySide("account", "buyer", buyMandateExhausted, sellMandateExhausted);
const exhaustedBySale = bySide("account", "buyer", buyMandateExhausted, sellMandateExhausted, sellMandateExhausted);
const unsigned = bySide("signer", "buyer", buySignatureInvalid, sellSignatureInvalid);
const overfilled = bySide("order", "buyOrder", CODE.buyOrderOverfilled, CODE.sellOrderOverfilled);

/**
 * Every error with which the desk, the register or the rules refuse a trade, a chunk or a batch. Errors of their other functions
 * have no row; a test knows them all, so that a new one is either judged here or said to be none of settlement's.
 */
const ROWS: Readonly<Record<string, Row>> = {
  SettlementDeskMandateMissing: ["account", missing],
  SettlementDeskExpired: ["account", expired],
  SettlementDeskTooManySharesIn: ["account", exhausted],
  SettlementDeskTooManySharesOut: ["account", exhaustedBySale],
  SettlementDeskTooMuchCashOut: ["account", exhausted],
  SettlementDeskShortOfPrices: ["account", exhausted],
  SettlementDeskCashTooSmall: ["account", always(CODE.cashTooSmall)],
  SettlementDeskAccountLost: ["account", always(REGISTER.senderRetired)],
  ShareTokenPartyRefused: ["account", stated],
  TransferRulesPartyRefused: ["account", stated],
  ERC1155InsufficientBalance: ["account", always(CODE.balanceTooSmall)],
  ERC7943InsufficientUnfrozenBalance: ["account", always(CODE.balanceFrozen)],
  ShareTokenInsufficientUnlocked: ["account", always(CODE.balanceLocked)],
  ShareTokenInsufficientLocked: ["account", always(CODE.balanceLocked)],

  SettlementDeskPriceNotUsable: ["asset", always(CODE.priceOutsideBand)],
  ShareTokenUnknownAsset: ["asset", always(REGISTER.assetUnknown)],
  ShareTokenStateForbids: ["asset", always(REGISTER.assetNotActive)],
  ShareTokenAssetPaused: ["asset", always(REGISTER.assetPaused)],
  TransferRulesNotNettable: ["asset", always(RULE_FAILED)],
  TransferRulesNetRefused: ["rule", stated],

  TransferRulesNotEnoughGas: ["size", always(RULE_FAILED)],
  SettlementDeskGasTooLow: ["size"],
  SettlementDeskListLength: ["size"],

  SettlementDeskNoBatchOpen: ["stale"],
  SettlementDeskChunkOutOfOrder: ["stale"],
  SettlementDeskWrongBatchNumber: ["stale"],
  SettlementDeskBatchOpen: ["stale"],
  // What of the debtors' shares is locked was read just before: somebody has unlocked some.
  SettlementDeskNotLocked: ["stale"],
  SettlementDeskUnlockTooLarge: ["stale"],

  AccessManagedUnauthorized: ["desk"],
  AccessManagedRequiredDelay: ["desk"],
  ReentrancyGuardReentrantCall: ["desk"],
  SettlementDeskPaused: ["desk"],
  ShareTokenPaused: ["desk", always(REGISTER.registerPaused)],
  SettlementDeskCurrencyUnknown: ["desk", always(CODE.malformed)],
  TransferRulesNotShares: ["desk"],
  // A batch that was not put together as it has to be; no other instructions make it right.
  SettlementDeskInvalidBatch: ["desk"],
  SettlementDeskChunkNotProved: ["desk"],
  SettlementDeskNetHashDiffers: ["desk"],
  SettlementDeskMalformedWord: ["desk"],
  SettlementDeskAccountsOutOfOrder: ["desk"],
  SettlementDeskAssetsOutOfOrder: ["desk"],
  SettlementDeskSharesOutOfOrder: ["desk"],
  SettlementDeskUnlocksOutOfOrder: ["desk"],
  SettlementDeskNoSuchPlace: ["desk"],
  SettlementDeskAccountTwice: ["desk"],
  SettlementDeskCashNotZero: ["desk"],
  ShareTokenNetNotZero: ["desk"],
  ShareTokenNetOutOfOrder: ["desk"],
  ERC1155InvalidArrayLength: ["desk"],

  SettlementDeskSidesDoNotMatch: ["trade", always(CODE.sidesDoNotMatch)],
  SettlementDeskAssetsDiffer: ["trade", always(CODE.assetsDiffer)],
  SettlementDeskCurrenciesDiffer: ["trade", always(CODE.currenciesDiffer)],
  SettlementDeskQuantityZero: ["trade", always(CODE.quantityZero)],
  SettlementDeskSelfTrade: ["trade", always(CODE.selfTrade)],
  SettlementDeskNoSuchLeaf: ["trade", always(CODE.malformed)],
  SettlementDeskSignatureInvalid: ["trade", unsigned],
  SettlementDeskTradeSettled: ["trade", always(CODE.duplicate)],
  SettlementDeskPriceAboveLimit: ["trade", always(CODE.priceAboveBuyLimit)],
  SettlementDeskPriceBelowLimit: ["trade", always(CODE.priceBelowSellLimit)],
  SettlementDeskPriceOutsideBand: ["trade", always(CODE.priceOutsideBand)],
  SettlementDeskOverfilled: ["trade", overfilled],
  SettlementDeskNotWholeUnits: ["trade", always(CODE.malformed)],
  SettlementDeskTooLarge: ["trade", always(CODE.malformed)],
  ShareTokenTooLarge: ["trade", always(CODE.malformed)],
  ShareTokenPairRefused: ["trade", stated],
};

/** The error of a chunk for which no transaction has enough gas. */
export const TOO_LARGE = "too large";

/** Whose fault an error is; nothing where it is none of settlement's. */
export function faultOf(error: string): Fault | undefined {
  return error === TOO_LARGE ? "size" : ROWS[error]?.[0];
}

/** Why the desk, or what stands behind it, refused a trade. */
export interface SettlementRefusal {
  /** The error as the contract names it. */
  readonly error: string;
  /** The reason code; nothing where the table has none, because the executor does not ask for this. */
  readonly code: number | undefined;
}

/** The contracts that can refuse a trade. */
const REFUSING = [SettlementDesk__factory, ShareToken__factory, TransferRules__factory];
const SELECTOR_BYTES = 4;
let interfaces: readonly Interface[] | undefined;

/** Reads what a trade was refused with; an error of no contract of ours keeps its data as its name. */
export function readSettlementRefusal(data: string, trade: RefusedTrade): SettlementRefusal {
  interfaces ??= REFUSING.map(({ abi }) => new Interface(abi));
  for (const contract of dataLength(data) < SELECTOR_BYTES ? [] : interfaces) {
    const description = contract.parseError(data);
    if (description === null) continue;
    const { name, args } = description;
    return { error: name, code: ROWS[name]?.[1]?.(args.toObject(), trade) };
  }
  return { error: data, code: undefined };
}

/** Why a chunk would not settle, and whose fault it is as far as the chain says. */
export interface ChunkRefusal {
  /** The error's name; "unknown" if no contract of the suite has it. */
  readonly error: string;
  /** The chain's words. */
  readonly reason: string;
  readonly account: string | null;
  readonly asset: bigint | null;
  /** Reason code that comes nearest. */
  readonly code: number;
}

/** Reads what a provider threw when a chunk, or its batch, was posted. */
export function readChunkRefusal(thrown: unknown): ChunkRefusal {
  const revert = decodeRevert(thrown, suiteInterfaces());
  if (revert === undefined) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return { error: "unknown", reason, account: null, asset: null, code: RULE_FAILED };
  }

  const { name, args, sentence } = revert;
  const [fault, codeOf] = ROWS[name] ?? [];
  return {
    error: name,
    reason: sentence,
    account: fault === "account" ? textOf(args["account"] ?? args["sender"]) : null,
    asset: wholeOf(args["asset"] ?? args["id"] ?? args["tokenId"]),
    code: codeOf?.(args, undefined) || RULE_FAILED,
  };
}

const textOf = (value: unknown): string | null => (typeof value === "string" ? value.toLowerCase() : null);
const wholeOf = (value: unknown): bigint | null => (typeof value === "bigint" ? value : null);
