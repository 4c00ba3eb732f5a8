import { suiteInterfaces } from "../contracts.ts";
import { decodeRevert, type Revert } from "../revert.ts";

/** Why a chunk would not settle, and whose fault it is as far as the chain says. */
export interface Refusal {
  /** The error's name; "unknown" if no contract of the suite has it. */
  readonly error: string;
  /** The chain's words. */
  readonly reason: string;
  readonly account: string | null;
  readonly asset: bigint | null;
  /** Reason code that comes nearest (docs/formats.md, section 5). */
  readonly code: number;
}

/** Who has to act before anything of a batch can settle. */
export type Verdict =
  /** The chunk is at fault: its instructions go into the next batch. */
  | { readonly kind: "chunk"; readonly refusal: Refusal }
  /** The chain has moved on since it was asked: it is to be asked again. */
  | { readonly kind: "stale"; readonly refusal: Refusal }
  /** Nothing can be settled now, whatever stands in the chunk. */
  | { readonly kind: "desk"; readonly refusal: Refusal };

/** What a chunk is refused with if its own accounts are to blame, and the reason code that the executor knows for it. */
const ACCOUNT_ERRORS: Readonly<Record<string, number>> = {
  SettlementDeskMandateMissing: 120,
  SettlementDeskExpired: 120,
  SettlementDeskTooManySharesIn: 122,
  SettlementDeskTooMuchCashOut: 122,
  SettlementDeskShortOfPrices: 122,
  SettlementDeskTooManySharesOut: 123,
  SettlementDeskCashTooSmall: 117,
  SettlementDeskAccountLost: 18,
  ShareTokenPartyRefused: 0,
  TransferRulesPartyRefused: 0,
  ERC1155InsufficientBalance: 20,
  ERC7943InsufficientUnfrozenBalance: 21,
  ShareTokenInsufficientUnlocked: 22,
  ShareTokenInsufficientLocked: 22,
};

const ASSET_ERRORS: Readonly<Record<string, number>> = {
  SettlementDeskPriceNotUsable: 2,
  ShareTokenUnknownAsset: 1,
  ShareTokenStateForbids: 2,
  ShareTokenAssetPaused: 4,
  TransferRulesNetRefused: 0,
  TransferRulesNotNettable: 90,
};

/** The batch has come further than it looked, or was closed. */
const STALE_ERRORS: ReadonlySet<string> = new Set([
  "SettlementDeskNoBatchOpen",
  "SettlementDeskChunkOutOfOrder",
  "SettlementDeskWrongBatchNumber",
  "SettlementDeskBatchOpen",
]);

const DESK_ERRORS: ReadonlySet<string> = new Set([
  "AccessManagedUnauthorized",
  "AccessManagedRequiredDelay",
  "SettlementDeskPaused",
  "ShareTokenPaused",
  "SettlementDeskNetHashDiffers",
  "SettlementDeskChunkNotProved",
  "SettlementDeskInvalidBatch",
  "SettlementDeskCurrencyUnknown",
]);

/** Without a code of its own: a rule or a contract refused and did not say which. */
export const RULE_FAILED = 90;

/** Reads what a provider threw. Whatever is not known to stop everything is taken for the chunk's fault. */
export function judgeRefusal(error: unknown): Verdict {
  const revert = decodeRevert(error, suiteInterfaces());
  const name = revert?.name ?? "unknown";
  const kind = STALE_ERRORS.has(name) ? "stale" : DESK_ERRORS.has(name) ? "desk" : "chunk";
  return { kind, refusal: revert === undefined ? unexplained(error) : describe(revert) };
}

function describe({ name, args, sentence }: Revert): Refusal {
  const ofAccount = ACCOUNT_ERRORS[name];
  const ofAsset = ASSET_ERRORS[name];
  const said = args["code"] ?? args["1"];
  const code = (ofAccount ?? ofAsset ?? 0) || (typeof said === "bigint" ? Number(said) : 0) || RULE_FAILED;
  return {
    error: name,
    reason: sentence,
    account: ofAccount === undefined ? null : textOf(args["account"] ?? args["sender"]),
    asset: wholeOf(args["asset"] ?? args["id"] ?? args["tokenId"]),
    code,
  };
}

function unexplained(error: unknown): Refusal {
  const reason = error instanceof Error ? error.message : String(error);
  return { error: "unknown", reason, account: null, asset: null, code: RULE_FAILED };
}

const textOf = (value: unknown): string | null => (typeof value === "string" ? value.toLowerCase() : null);
const wholeOf = (value: unknown): bigint | null => (typeof value === "bigint" ? value : null);

/** Whether an error says that nothing of an asset can be settled, whoever moves it. What a rule says of an end state is about somebody. */
export function isAboutAsset(error: string): boolean {
  return error in ASSET_ERRORS && error !== "TransferRulesNetRefused";
}
