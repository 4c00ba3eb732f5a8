import type { IncomeRows } from "./income-rows.ts";

/**
 * What becomes of the units that rounding down leaves over: `carry` keeps them for the next distribution,
 * `largest-remainder` gives one each to those who lost most by rounding, among equals to the lower address.
 */
export type Rounding = "carry" | "largest-remainder";

/** `shares` of what `escrow` held at the record belong to `owner`, who is paid for them. */
export interface LookThroughRow {
  readonly escrow: string;
  readonly owner: string;
  readonly shares: bigint;
  readonly withholdingBps?: number;
}

export interface AllocationTerms {
  /** What there is to distribute, in base units of the currency. */
  readonly deposit: bigint;
  readonly rounding: Rounding;
  /** Accounts that get nothing; the others share as if theirs did not exist. */
  readonly excluded?: readonly string[];
  /** Per escrow exactly what it held: whoever is left out would silently lose his part to nobody. */
  readonly lookThrough?: readonly LookThroughRow[];
}

/**
 * Who gets what. Always `deposit = totalGross + remainder`, and the sums are those of the rows; with
 * `largest-remainder` the remainder is zero.
 */
export interface Allocation {
  readonly rows: IncomeRows;
  /** Shares behind each row, after look-through. */
  readonly shares: BigUint64Array;
  readonly deposit: bigint;
  readonly totalGross: bigint;
  readonly totalWithheld: bigint;
  readonly remainder: bigint;
  /** Shares that take part; the excluded ones do not. */
  readonly totalShares: bigint;
  readonly excludedShares: bigint;
  /** Holders with shares too few for one base unit; a row of nothing would only cost whoever pays. */
  readonly tooSmall: number;
}
