import { requireInput } from "../errors.ts";
import { toHex, writeHex } from "../formats/hex.ts";
import { viewOf } from "../formats/integers.ts";
import { sharedBytes } from "../workers/shared-bytes.ts";
import { ADDRESS_BYTES, compareAddresses } from "./addresses.ts";

/** Amounts in base units fit 128 bits, so that a currency of 24 decimals has room for 10^14 units. */
export const MAX_INCOME = 2n ** 128n - 1n;

/** Most rows of one list; their tree takes 1 GB. */
export const MAX_ROWS = 2 ** 24;

/** One leaf of a list: what `holder` gets, and how much of it is withheld. Base units of the currency. */
export interface IncomeRow {
  readonly holder: string;
  readonly gross: bigint;
  readonly withheld: bigint;
}

/** Offsets within a row of 52 bytes, big-endian. */
export const ROW_AT = { holder: 0, gross: 20, withheld: 36 } as const;
export const ROW_BYTES = 52;

/** Rows, packed, ascending by holder, each holder once: so that everybody who makes the list makes the same one. */
export interface IncomeRows {
  readonly count: number;
  readonly bytes: Uint8Array;
}

/** Room for `count` rows. */
export function createIncomeRows(count: number): IncomeRows {
  requireInput(count <= MAX_ROWS, `${count} rows, most are ${MAX_ROWS}`);
  return { count, bytes: sharedBytes(count * ROW_BYTES) };
}

/** The first `count` of `rows`. */
export function firstRows({ bytes }: IncomeRows, count: number): IncomeRows {
  return { count, bytes: bytes.subarray(0, count * ROW_BYTES) };
}

/** Packs `rows`; throws with the place of the first that does not fit or is out of order. */
export function packIncomeRows(rows: readonly IncomeRow[]): IncomeRows {
  const packed = createIncomeRows(rows.length);
  const view = viewOf(packed.bytes);

  for (const [place, { holder, gross, withheld }] of rows.entries()) {
    const offset = place * ROW_BYTES;
    requireInput(gross > 0n && gross <= MAX_INCOME, `row ${place}: gross ${gross} is not between 1 and 2^128 − 1`);
    requireInput(withheld >= 0n && withheld <= gross, `row ${place}: ${withheld} withheld of ${gross}`);
    writeHex(packed.bytes, offset + ROW_AT.holder, ADDRESS_BYTES, holder);
    writeIncome(view, offset + ROW_AT.gross, gross);
    writeIncome(view, offset + ROW_AT.withheld, withheld);
  }
  requireAscending(packed);
  return packed;
}

/** The row at `place`. */
export function incomeRowAt({ bytes }: IncomeRows, place: number): IncomeRow {
  return readIncomeRow(bytes, place * ROW_BYTES);
}

/** The row that begins at `offset`. */
export function readIncomeRow(bytes: Uint8Array, offset: number): IncomeRow {
  const view = viewOf(bytes);
  return {
    holder: toHex(bytes, offset + ROW_AT.holder, ADDRESS_BYTES),
    gross: readIncome(view, offset + ROW_AT.gross),
    withheld: readIncome(view, offset + ROW_AT.withheld),
  };
}

/** Writes a 128-bit amount. */
export function writeIncome(view: DataView, offset: number, amount: bigint): void {
  view.setBigUint64(offset, amount >> 64n);
  view.setBigUint64(offset + 8, amount); // its lower 64 bits
}

/** Reads a 128-bit amount. */
export function readIncome(view: DataView, offset: number): bigint {
  return (view.getBigUint64(offset) << 64n) | view.getBigUint64(offset + 8);
}

/** Throws unless the holders of `rows` ascend, which says that none stands in it twice. */
export function requireAscending({ count, bytes }: IncomeRows): void {
  for (let place = 1; place < count; place++) {
    const order = compareAddresses(bytes, (place - 1) * ROW_BYTES, bytes, place * ROW_BYTES);
    if (order >= 0) {
      const holder = toHex(bytes, place * ROW_BYTES, ADDRESS_BYTES);
      const problem = order === 0 ? "stands in the list twice" : "does not come after the one before";
      requireInput(false, `row ${place}: ${holder} ${problem}`);
    }
  }
}

/** The sum of the 128-bit amounts at `field` of all rows. */
export function sumIncome({ count, bytes }: IncomeRows, field: number): bigint {
  const view = viewOf(bytes);
  let sum = 0n;
  for (let from = 0; from < count; from += EXACT_SUMS) {
    const to = Math.min(from + EXACT_SUMS, count);
    for (let word = 0; word < 4; word++) {
      sum += BigInt(sumWords(view, from, to, field + 4 * word)) << BigInt(96 - 32 * word);
    }
  }
  return sum;
}

/** Words of 32 bits that a number adds up exactly. */
const EXACT_SUMS = 2 ** 20;

function sumWords(view: DataView, from: number, to: number, field: number): number {
  let sum = 0;
  for (let place = from; place < to; place++) sum += view.getUint32(place * ROW_BYTES + field);
  return sum;
}
