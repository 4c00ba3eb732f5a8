import { formatUnits } from "ethers";
import { badInput } from "./errors.ts";

const DECIMAL = /^(0|[1-9][0-9]*)(?:\.([0-9]+))?$/;

/**
 * Reads a decimal amount exactly. Whatever could be read in two ways, or only by rounding, is refused: signs, exponents,
 * thousands separators, spaces, leading zeros and more decimals than the unit has.
 */
export function parseUnits(text: string, decimals: number, what = "amount"): bigint {
  const match = DECIMAL.exec(text);
  if (match === null) {
    throw badInput(`${what} "${text}" is not a plain decimal number`, {
      todo: decimals === 0 ? 'write it like "1000"' : 'write it like "1000" or "1000.00"',
    });
  }
  const [, whole = "", fraction = ""] = match;
  if (fraction.length > decimals) {
    throw badInput(`${what} "${text}" has ${fraction.length} decimals, ${decimals} are allowed`, {
      todo: "nothing is ever rounded: write what the unit can hold",
    });
  }

  return BigInt(whole + fraction.padEnd(decimals, "0"));
}

/** Reads a whole number of shares or the like. */
export function parseWhole(text: string, what = "number"): bigint {
  return parseUnits(text, 0, what);
}

/** Writes an amount with all the decimals of its unit: `formatAmount(1_500_000n, 6)` is "1.500000", with `2` shown "1.50". */
export function formatAmount(units: bigint, decimals: number, atLeast = Math.min(decimals, 2)): string {
  const [whole = "0", fraction = ""] = formatUnits(units, decimals).split(".");
  const shown = (fraction === "0" ? "" : fraction).padEnd(atLeast, "0");
  return shown === "" ? whole : `${whole}.${shown}`;
}
