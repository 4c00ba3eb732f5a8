import { formatUnits, id as keccakOf } from "ethers";
import { badInput } from "./errors.ts";

/** What a value is the value of (ERC-8330, draft), by the names that files use. */
export const NAV_BASES = {
  total: keccakOf("ERC-8330:NAV_BASIS:TOTAL"),
  "per-share": keccakOf("ERC-8330:NAV_BASIS:PER_SHARE"),
  "per-unit": keccakOf("ERC-8330:NAV_BASIS:PER_UNIT"),
} as const;

export type NavBasis = keyof typeof NAV_BASES;

/** `correctsIndex` of what corrects nothing (ERC-8329, ERC-8330). */
export const NO_CORRECTION = 2n ** 256n - 1n;

/** Codes whose ids are told by name; an id cannot be read backwards. */
const KNOWN_CURRENCIES = ["USD", "EUR", "GBP", "CHF", "JPY", "FRF"];
const MOST_DECIMALS = 18;
const SIGNED = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?$/;

/** A number as contracts keep it, `value × 10^-decimals`. */
export interface Decimal {
  readonly value: bigint;
  readonly decimals: number;
}

/** The id of an ISO 4217 code, former codes too. */
export function navCurrencyId(code: string): string {
  return keccakOf(`ERC-8330:CURRENCY:${code}`);
}

/** The code of an id, or the id itself. */
export function navCurrencyName(currency: string): string {
  return KNOWN_CURRENCIES.find((code) => navCurrencyId(code) === currency) ?? currency;
}

export function navBasisName(basis: string): NavBasis | null {
  const names: readonly NavBasis[] = ["total", "per-share", "per-unit"];
  return names.find((name) => NAV_BASES[name] === basis) ?? null;
}

/** Reads a signed decimal number exactly, with the decimals it is written with. */
export function parseDecimal(text: string): Decimal {
  const match = SIGNED.exec(text);
  if (match === null) throw badInput(`"${text}" is not a plain decimal number`, { todo: 'write it like "-1000.50"' });

  const [, sign = "", whole = "", fraction = ""] = match;
  if (fraction.length > MOST_DECIMALS) {
    throw badInput(`"${text}" has ${fraction.length} decimals, ${MOST_DECIMALS} are allowed`);
  }
  const size = BigInt(whole + fraction);
  return { value: sign === "" ? size : -size, decimals: fraction.length };
}

/** `parseDecimal` backwards, with all decimals. */
export function formatDecimal({ value, decimals }: Decimal): string {
  const [whole = "0", fraction = ""] = formatUnits(value, decimals).split(".");
  return decimals === 0 ? whole : `${whole}.${fraction.padEnd(decimals, "0").slice(0, decimals)}`;
}
