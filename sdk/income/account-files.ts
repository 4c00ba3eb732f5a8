import { parseAddress } from "../address.ts";
import { cell } from "../cell.ts";
import { type CsvDelimiter, type CsvResult, readCsv } from "../csv.ts";
import { badInput } from "../errors.ts";
import { parseWhole } from "../units.ts";

export interface ReadOptions {
  readonly delimiter: CsvDelimiter;
  /** `--merge-duplicates` */
  readonly mergeDuplicates: boolean;
}

/** An account whose shares get nothing, and why; the reason is for people. */
export interface ExcludedAccount {
  readonly account: string;
  readonly reason: string;
}

/** Shares that an escrow held at the record for somebody. */
export interface EscrowShare {
  readonly escrow: string;
  readonly owner: string;
  readonly shares: bigint;
}

/** What each file looks like; `--template` prints it. */
export const TEMPLATES: Readonly<Record<string, string>> = {
  exclude: "account,reason\n0x70997970C51812dc3A010C7d01b50e0d17dc79C8,treasury shares\n",
  "look-through": [
    "escrow,owner,shares",
    "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65,0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC,1000",
    "",
  ].join("\n"),
  withholding: "country,class,percent\nUS,*,0\nDE,retail,26.37\n*,*,30\n",
};

/** Reads `account,reason`. A repeated account is a slip, unless it may be merged; then its reasons are joined. */
export function readExcludedFile(path: string, options: ReadOptions): Promise<CsvResult<ExcludedAccount>> {
  const merge = (one: ExcludedAccount, other: ExcludedAccount) => ({
    account: one.account,
    reason: one.reason.split("; ").includes(other.reason) ? one.reason : `${one.reason}; ${other.reason}`,
  });
  return readCsv(path, {
    columns: { account: cell((text) => parseAddress(text)), reason: cell((text) => text) },
    unique: ["account"],
    delimiter: options.delimiter,
    mergeable: true,
    merge: options.mergeDuplicates ? merge : undefined,
  });
}

/** Reads `escrow,owner,shares`. Rows of the same escrow and owner may be merged: their shares are added. */
export function readLookThroughFile(path: string, options: ReadOptions): Promise<CsvResult<EscrowShare>> {
  const merge = (one: EscrowShare, other: EscrowShare) => ({ ...one, shares: one.shares + other.shares });
  return readCsv(path, {
    columns: {
      escrow: cell((text) => parseAddress(text)),
      owner: cell((text) => parseAddress(text)),
      shares: cell(parseShares),
    },
    unique: [["escrow", "owner"]],
    delimiter: options.delimiter,
    mergeable: true,
    merge: options.mergeDuplicates ? merge : undefined,
  });
}

function parseShares(text: string): bigint {
  const shares = parseWhole(text, "shares");
  if (shares === 0n) throw badInput("is zero", { todo: "leave the row out" });
  return shares;
}
