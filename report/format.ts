import { type Html, html } from "./html.ts";

/** A whole number, as a run has it in memory or as its JSON file keeps it. */
export type Whole = bigint | number | string;

const DOLLAR_DECIMALS = 6;

/** "125,000" */
export function whole(value: Whole): string {
  return BigInt(value).toLocaleString("en-US");
}

/** A measured number without its fraction. */
export function rounded(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** Dollars from base units, all digits that matter and at least two: "USD 118,750.00". */
export function usd(units: Whole): string {
  const value = BigInt(units);
  const digits = (value < 0n ? -value : value).toString().padStart(DOLLAR_DECIMALS + 1, "0");
  const fraction = digits.slice(-DOLLAR_DECIMALS).replace(/0+$/, "").padEnd(2, "0");
  return `USD ${value < 0n ? "−" : ""}${whole(digits.slice(0, -DOLLAR_DECIMALS))}.${fraction}`;
}

/** An amount that is written as a plain decimal number, in the money that it names: "GBP 12,000.50". */
export function money(currency: string, amount: string): string {
  const [integer = "", fraction] = amount.split(".");
  const sign = integer.startsWith("-") ? "−" : "";
  return `${currency} ${sign}${whole(integer.replace("-", ""))}${fraction === undefined ? "" : `.${fraction}`}`;
}

/** A part in percent, computed in whole numbers and rounded half up: "0.80 %". */
export function percentOf(part: Whole, total: Whole): string {
  const [numerator, denominator] = [BigInt(part), BigInt(total)];
  if (denominator === 0n) return "0.00 %";
  const hundredths = (numerator * 20_000n + denominator) / (2n * denominator);
  return `${whole(hundredths / 100n)}.${(hundredths % 100n).toString().padStart(2, "0")} %`;
}

/** A ratio between 0 and 1 in percent: "88.3 %". */
export function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`;
}

/** "+12", "−3", "0" */
export function change(value: bigint): string {
  if (value === 0n) return "0";
  return value > 0n ? `+${whole(value)}` : `−${whole(-value)}`;
}

/** Milliseconds, as exact as is of use. */
export function milliseconds(ms: number): string {
  return ms < 100 ? `${ms.toFixed(1)} ms` : `${rounded(ms)} ms`;
}

/** "2026-11-22 10:55:37 UTC" */
export function utcTime(seconds: Whole): string {
  return new Date(Number(seconds) * 1000).toISOString().replace("T", " ").replace(".000Z", " UTC");
}

export function utcDay(seconds: Whole): string {
  return new Date(Number(seconds) * 1000).toISOString().slice(0, 10);
}

/** What is not known: a dash and its reason, never a zero. */
export function unknown(reason: string): Html {
  return html`<span class="unknown"><span aria-hidden="true">—</span><span class="hidden">not known:</span> <span class="why">${reason}</span></span>`;
}

/** A word with its number: "1 trade", "2 trades". */
export function count(value: Whole, word: string): string {
  return `${whole(value)} ${word}${BigInt(value) === 1n ? "" : "s"}`;
}
