import { isHexString } from "ethers";
import { parseAddress } from "./address.ts";
import { cell } from "./cell.ts";
import { type CsvResult, readCsv } from "./csv.ts";
import { badInput } from "./errors.ts";
import { parseUnits, parseWhole } from "./units.ts";

/** One subscription of a file. */
export interface SubscriptionRow {
  readonly address: string;
  readonly shares: bigint;
  /** Most that it may cost, in base units. */
  readonly maxCost: bigint;
  readonly referrer: string | undefined;
  /** The buyer's word, where he has given it already, under this nonce. */
  readonly nonce: bigint | undefined;
  readonly signature: string | undefined;
}

/**
 * Reads `address,shares,maxCost,referrer,nonce,signature`; all bad cells are reported at once. A wallet stands in one row only: what
 * it wants is one number.
 */
export async function readSubscriptionFile(
  path: string,
  delimiter: "," | ";",
  decimals: number,
): Promise<CsvResult<SubscriptionRow>> {
  const columns = {
    address: cell((text) => parseAddress(text)),
    shares: cell(parseShares),
    maxCost: cell((text) => parseUnits(text, decimals, "cost")),
    referrer: cell((text) => optional(text, (value) => parseAddress(value))),
    nonce: cell((text) => optional(text, (value) => parseWhole(value, "nonce"))),
    signature: cell((text) => optional(text, parseSignature)),
  };
  const file = await readCsv(path, { columns, unique: ["address"], delimiter });
  const lonely = file.rows.filter(({ row }) => (row.nonce === undefined) !== (row.signature === undefined));
  if (lonely.length > 0) {
    throw badInput("a signature needs its nonce, and a nonce its signature", {
      where: path,
      details: lonely.map(({ line }) => `line ${line}, nonce, signature: only one of them is there`),
      notDone: "no row of the file was used",
    });
  }
  return file;
}

function parseShares(text: string): bigint {
  const shares = parseWhole(text, "number of shares");
  if (shares === 0n) throw badInput("nothing is subscribed");
  if (shares >= 2n ** 63n) throw badInput(`${shares} shares are more than any asset has`);
  return shares;
}

function parseSignature(text: string): string {
  if (isHexString(text) && text.length > 2) return text;
  throw badInput(`"${text}" is not a signature`, { todo: "write it in hexadecimal digits after 0x" });
}

function optional<T>(text: string, read: (text: string) => T): T | undefined {
  return text === "" ? undefined : read(text);
}
