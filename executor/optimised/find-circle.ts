import { AMOUNT, ROW, ROW_AMOUNTS, ROW_WORDS, type Rows } from "../ledger/rows.ts";
import { type Legs, TAKEN_LEGS } from "./legs.ts";
import { MAX_CIRCLE, MAX_TRIES } from "./limits.ts";
import type { NetSums } from "./net-sums.ts";

const NONE = -1;

/** Looks for what a waiting row needs, among rows that waited when it was made. */
export class CircleSearch {
  readonly #legs: Legs;
  readonly #rows: Rows;
  readonly #sums: NetSums;
  /** Rows that pay into a place, ascending. */
  readonly #payers = new Map<number, number[]>();
  readonly #isWaiting: (row: number) => boolean;
  readonly #canSettle: (members: Int32Array) => boolean;
  #tries = 0;

  constructor(
    legs: Legs,
    rows: Rows,
    sums: NetSums,
    waiting: Int32Array,
    isWaiting: (row: number) => boolean,
    canSettle: (members: Int32Array) => boolean,
  ) {
    this.#legs = legs;
    this.#rows = rows;
    this.#sums = sums;
    this.#isWaiting = isWaiting;
    this.#canSettle = canSettle;
    for (const row of waiting) {
      this.#addPayer(rows.words[row * ROW_WORDS + ROW.to] ?? NONE, row);
      const cash = rows.amounts[row * ROW_AMOUNTS + AMOUNT.cash] ?? 0n;
      if (cash > 0n) this.#addPayer(rows.words[row * ROW_WORDS + ROW.receive] ?? NONE, row);
    }
  }

  /** `first` and those that it needs, ascending, all of which can settle together; undefined if none were found. */
  find(first: number): Int32Array | undefined {
    this.#tries = 0;
    return this.#grow([first]);
  }

  #grow(members: readonly number[]): Int32Array | undefined {
    this.#tries += 1;
    const place = this.#firstShort(members);
    if (place === NONE) {
      const sorted = Int32Array.from(members).sort();
      return this.#canSettle(sorted) ? sorted : undefined;
    }
    if (members.length === MAX_CIRCLE) return undefined;

    for (const other of this.#payers.get(place) ?? []) {
      if (this.#tries === MAX_TRIES) return undefined;
      if (!this.#isWaiting(other) || members.includes(other) || !this.#isSameCurrency(other, members[0] ?? 0)) continue;
      const found = this.#grow([...members, other]);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #firstShort(members: readonly number[]): number {
    this.#sums.begin();
    for (const row of members) this.#sums.settle(row);
    for (const row of members) {
      for (let leg = 0; leg < TAKEN_LEGS; leg++) {
        if (this.#sums.isShort(row, leg)) return this.#legs.placeOf(row, leg);
      }
    }
    return NONE;
  }

  #isSameCurrency(one: number, other: number): boolean {
    const currencyOf = (row: number) => (this.#rows.words[row * ROW_WORDS + ROW.asset] ?? 0) >>> 16;
    return currencyOf(one) === currencyOf(other);
  }

  #addPayer(place: number, row: number): void {
    if (place === NONE) return;
    const payers = this.#payers.get(place);
    if (payers === undefined) this.#payers.set(place, [row]);
    else payers.push(row);
  }
}
