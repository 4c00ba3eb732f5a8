import { concat, keccak256, toUtf8Bytes } from "ethers";
import { parseAddress } from "./address.ts";
import { cell } from "./cell.ts";
import { parseCountry } from "./country.ts";
import { type CsvResult, readCsv } from "./csv.ts";
import { badInput } from "./errors.ts";
import { parseClasses } from "./investor-class.ts";
import { parseUntil } from "./time.ts";

/** One investor of a file: the registrar's own reference, a wallet, and what rules need to know. No names. */
export interface InvestorRow {
  readonly reference: string;
  readonly address: string;
  readonly country: number;
  readonly class: number;
  readonly verifiedUntil: bigint;
}

/** Reads `reference,address,country,class,verifiedUntil`; all bad cells are reported at once. */
export function readInvestorFile(path: string, delimiter: "," | ";"): Promise<CsvResult<InvestorRow>> {
  const columns = {
    reference: cell(parseReference),
    address: cell((text) => parseAddress(text)),
    country: cell(parseCountry),
    class: cell(parseClasses),
    verifiedUntil: cell(parseUntil),
  };
  return readCsv(path, { columns, unique: ["reference", "address"], delimiter });
}

/**
 * The id under which an investor is on chain: `keccak256(salt ‖ reference)`. References are short and guessable, so
 * without a secret salt anyone could try them all.
 */
export function investorIdOf(reference: string, salt: string): string {
  return keccak256(concat([toUtf8Bytes(salt), toUtf8Bytes(reference)]));
}

function parseReference(text: string): string {
  if (text === "") throw badInput("is empty");
  return text;
}
