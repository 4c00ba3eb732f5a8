import { LEGS, type Legs, TAKEN_LEGS } from "./legs.ts";

const WORD = 2 ** 32;

/** What is left at each place once some rows have settled: exact beyond 64 bits, in two doubles. */
export class NetSums {
  readonly #legs: Legs;
  readonly #high: Float64Array;
  readonly #low: Float64Array;
  /** In which reckoning a place was looked at last. */
  readonly #seenIn: Uint32Array;
  #reckoning = 0;

  constructor(legs: Legs) {
    this.#legs = legs;
    this.#high = new Float64Array(legs.count);
    this.#low = new Float64Array(legs.count);
    this.#seenIn = new Uint32Array(legs.count);
  }

  /** Begins anew with what there is now. */
  begin(): void {
    this.#reckoning += 1;
  }

  /** Lets a row settle. */
  settle(row: number): void {
    for (let leg = 0; leg < LEGS; leg++) this.#move(row, leg, leg < TAKEN_LEGS ? -1 : 1);
  }

  /** Gives back what a leg of a row took. */
  giveBack(row: number, leg: number): void {
    this.#move(row, leg, 1);
  }

  /** Whether a leg takes anything from a place that is overdrawn. */
  isShort(row: number, leg: number): boolean {
    const place = this.#legs.placeOf(row, leg);
    return place >= 0 && (this.#high[place] ?? 0) < 0 && this.#legs.low(row, leg) + this.#legs.high(row, leg) > 0;
  }

  /** The lower part stays within 32 bits, so that the sign is the higher part's. */
  #move(row: number, leg: number, sign: number): void {
    const place = this.#legs.placeOf(row, leg);
    if (place < 0) return;
    if (this.#seenIn[place] !== this.#reckoning) this.#load(place);

    const low = (this.#low[place] ?? 0) + sign * this.#legs.low(row, leg);
    const carry = Math.floor(low / WORD);
    this.#low[place] = low - carry * WORD;
    this.#high[place] = (this.#high[place] ?? 0) + sign * this.#legs.high(row, leg) + carry;
  }

  #load(place: number): void {
    const available = this.#legs.available(place);
    this.#seenIn[place] = this.#reckoning;
    this.#high[place] = Number(available >> 32n);
    this.#low[place] = Number(BigInt.asUintN(32, available));
  }
}
