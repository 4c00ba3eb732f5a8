import { dataLength, Interface, type Result } from "ethers";
import { CODE } from "../executor/index.ts";
import { SettlementDesk__factory, ShareToken__factory, TransferRules__factory } from "../typechain-types/index.ts";

/** Why the desk, or what stands behind it, refused a trade: in the words of docs/formats.md, section 5. */
export interface SettlementRefusal {
  /** The error as the contract names it. */
  readonly error: string;
  /** The reason code; nothing where the table has none, because the executor does not ask for this. */
  readonly code: number | undefined;
}

/** What a refusal is told of a trade to say whose fault it was. */
export interface RefusedTrade {
  readonly buyer: string;
  readonly buyOrder: string;
}

type CodeOf = (args: Result, trade: RefusedTrade) => number | undefined;

const always = (code: number) => () => code;
const isSame = (one: unknown, other: string) => String(one).toLowerCase() === other.toLowerCase();
/** The code of the buyer's side if the error's argument is the buyer, or his order. */
const bySide =
  (argument: number, of: keyof RefusedTrade, buyer: number, seller: number): CodeOf =>
  (args, trade) =>
    isSame(args[argument], trade[of]) ? buyer : seller;
const stated =
  (argument: number): CodeOf =>
  (args) =>
    Number(args[argument]);

/** Register codes that have no name in the executor, because it is told them by the snapshot. */
const REGISTER = { assetUnknown: 1, assetNotActive: 2, registerPaused: 3, assetPaused: 4 };

const CODES: Readonly<Record<string, CodeOf>> = {
  SettlementDeskSidesDoNotMatch: always(CODE.sidesDoNotMatch),
  SettlementDeskAssetsDiffer: always(CODE.assetsDiffer),
  SettlementDeskCurrenciesDiffer: always(CODE.currenciesDiffer),
  SettlementDeskQuantityZero: always(CODE.quantityZero),
  SettlementDeskSelfTrade: always(CODE.selfTrade),
  SettlementDeskSignatureInvalid: bySide(0, "buyer", CODE.buySignatureInvalid, CODE.sellSignatureInvalid),
  SettlementDeskTradeSettled: always(CODE.duplicate),
  SettlementDeskExpired: bySide(0, "buyer", CODE.buyOrderExpired, CODE.sellOrderExpired),
  SettlementDeskPriceAboveLimit: always(CODE.priceAboveBuyLimit),
  SettlementDeskPriceBelowLimit: always(CODE.priceBelowSellLimit),
  SettlementDeskPriceNotUsable: always(CODE.priceOutsideBand),
  SettlementDeskPriceOutsideBand: always(CODE.priceOutsideBand),
  SettlementDeskOverfilled: bySide(0, "buyOrder", CODE.buyOrderOverfilled, CODE.sellOrderOverfilled),
  SettlementDeskNotWholeUnits: always(CODE.malformed),
  SettlementDeskTooLarge: always(CODE.malformed),
  SettlementDeskCurrencyUnknown: always(CODE.malformed),
  SettlementDeskCashTooSmall: always(CODE.cashTooSmall),
  SettlementDeskMandateMissing: bySide(0, "buyer", CODE.buyMandateMissing, CODE.sellMandateMissing),
  SettlementDeskTooManySharesIn: bySide(0, "buyer", CODE.buyMandateExhausted, CODE.sellMandateExhausted),
  SettlementDeskTooManySharesOut: bySide(0, "buyer", CODE.buyMandateExhausted, CODE.sellMandateExhausted),
  SettlementDeskTooMuchCashOut: bySide(0, "buyer", CODE.buyMandateExhausted, CODE.sellMandateExhausted),
  SettlementDeskShortOfPrices: bySide(0, "buyer", CODE.buyMandateExhausted, CODE.sellMandateExhausted),
  ShareTokenUnknownAsset: always(REGISTER.assetUnknown),
  ShareTokenStateForbids: always(REGISTER.assetNotActive),
  ShareTokenPaused: always(REGISTER.registerPaused),
  ShareTokenAssetPaused: always(REGISTER.assetPaused),
  ShareTokenPartyRefused: stated(2),
  ShareTokenPairRefused: stated(3),
  ERC1155InsufficientBalance: always(CODE.balanceTooSmall),
  ERC7943InsufficientUnfrozenBalance: always(CODE.balanceFrozen),
  ShareTokenInsufficientUnlocked: always(CODE.balanceLocked),
  TransferRulesNetRefused: stated(2),
};

const INTERFACES = [SettlementDesk__factory, ShareToken__factory, TransferRules__factory].map(
  ({ abi }) => new Interface(abi),
);

const SELECTOR_BYTES = 4;

/** Reads what a trade was refused with; an error of no contract of ours keeps its data as its name. */
export function readSettlementRefusal(data: string, trade: RefusedTrade): SettlementRefusal {
  for (const contract of dataLength(data) < SELECTOR_BYTES ? [] : INTERFACES) {
    const description = contract.parseError(data);
    if (description === null) continue;
    const { name, args } = description;
    return { error: name, code: CODES[name]?.(args, trade) };
  }
  return { error: data, code: undefined };
}
