import { KIND } from "../formats/instruction-record.ts";
import type { LoweredBatch } from "../ledger/lowered-batch.ts";
import { AMOUNT, ROW, ROW_WORDS } from "../ledger/rows.ts";

const NONE = -1;

/** Whether rows of `kind` can settle in a group: what they move is known before anything else has settled. */
export function isGrouped(kind: number): boolean {
  return kind === KIND.trade || kind === KIND.transfer || kind === KIND.subscription;
}

/** The legs of a row: what is taken first, in the order in which a lack of it is found; then what is given. */
export const TAKEN_LEGS = 4;
export const LEGS = 6;

/** Where each leg's place stands in a row, and which amount it moves (word of the row). */
const LEG_WORD = [ROW.from, ROW.pay, ROW.buyFill, ROW.sellFill, ROW.to, ROW.receive] as const;
const LEG_AMOUNT = [
  2 * AMOUNT.quantity,
  2 * AMOUNT.cash,
  2 * AMOUNT.quantity,
  2 * AMOUNT.quantity,
  2 * AMOUNT.quantity,
  2 * AMOUNT.cash,
] as const;

/**
 * What rows take and give, by numbers: a *place* is a cell of spendable shares or cash, or, behind all cells, what is left
 * of an order or an offering. Amounts are read as two words, because sums of many exceed 64 bits.
 */
export class Legs {
  /** How many places there are. */
  readonly count: number;
  readonly #words: Int32Array;
  readonly #cells: BigInt64Array;
  readonly #fills: BigInt64Array;
  readonly #offerings: BigInt64Array;
  readonly #fillsAt: number;
  readonly #offeringsAt: number;

  constructor({ state, rows, fills, books }: LoweredBatch) {
    this.#words = rows.words;
    this.#cells = state.cells;
    this.#fills = fills.amounts;
    this.#offerings = books.left;
    this.#fillsAt = state.lockedAt;
    this.#offeringsAt = this.#fillsAt + fills.amounts.length / 2;
    this.count = this.#offeringsAt + books.left.length;
  }

  /** The place of a leg of a row, or -1 if it has none. */
  placeOf(row: number, leg: number): number {
    const number = this.#words[row * ROW_WORDS + (LEG_WORD[leg] ?? 0)] ?? NONE;
    if (number === NONE || (leg !== 2 && leg !== 3)) return number;

    const kind = (this.#words[row * ROW_WORDS + ROW.head] ?? 0) & 0xff;
    return number + (leg === 3 && kind === KIND.subscription ? this.#offeringsAt : this.#fillsAt);
  }

  /** The lower and the higher 32 bits of what a leg moves. */
  low(row: number, leg: number): number {
    return (this.#words[row * ROW_WORDS + (LEG_AMOUNT[leg] ?? 0)] ?? 0) >>> 0;
  }

  high(row: number, leg: number): number {
    return this.#words[row * ROW_WORDS + (LEG_AMOUNT[leg] ?? 0) + 1] ?? 0;
  }

  /** What there is at a place now. */
  available(place: number): bigint {
    if (place < this.#fillsAt) return this.#cells[place] ?? 0n;
    if (place >= this.#offeringsAt) return this.#offerings[place - this.#offeringsAt] ?? 0n;
    const fill = 2 * (place - this.#fillsAt);
    return BigInt.asIntN(64, (this.#fills[fill] ?? 0n) - (this.#fills[fill + 1] ?? 0n));
  }
}
