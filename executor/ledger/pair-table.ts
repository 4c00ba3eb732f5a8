import { placesFor } from "./key-table.ts";

/** The answer for a pair that is not there, and an empty place. */
const NONE = -1;

/**
 * Numbers pairs of small integers 0, 1, 2 … in the order in which they are added, and finds them again: positions by
 * account and asset, limits by mandate and asset. 16 bytes per pair, where a `Map` takes 60.
 */
export class PairTable {
  /** The pairs, by their numbers. */
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly #places: Int32Array;
  #size = 0;

  /** `first`, if given, are the first numbers of the pairs that will be added, which are then not copied. */
  constructor(capacity: number, first: Int32Array = new Int32Array(capacity)) {
    this.first = first;
    this.second = new Int32Array(capacity);
    this.#places = new Int32Array(placesFor(capacity)).fill(NONE);
  }

  get size(): number {
    return this.#size;
  }

  /** Adds a pair that is not there yet; its number. */
  add(first: number, second: number): number {
    const number = this.#size;
    this.#size += 1;
    if (this.first[number] !== first) this.first[number] = first;
    this.second[number] = second;
    this.#places[this.#placeOf(first, second)] = number;
    return number;
  }

  /** The number of a pair, or -1. */
  find(first: number, second: number): number {
    return this.#places[this.#placeOf(first, second)] ?? NONE;
  }

  /**
   * Reads where the search for a pair begins, and forgets it, so that whoever looks for many next finds it in the processor's caches.
   * The answer means nothing.
   */
  touchPlace(first: number, second: number): number {
    return this.#places[this.#firstPlaceOf(first, second)] ?? NONE;
  }

  /** The same with the pair that stands there, once all places were touched. */
  touchPair(first: number, second: number): number {
    const number = this.#places[this.#firstPlaceOf(first, second)] ?? NONE;
    return number === NONE ? NONE : (this.first[number] ?? 0) ^ (this.second[number] ?? 0);
  }

  #firstPlaceOf(first: number, second: number): number {
    const hash = Math.imul(Math.imul(first, 0x9e3779b1) ^ second, 0x85ebca6b);
    return (hash ^ (hash >>> 15)) & (this.#places.length - 1);
  }

  #placeOf(first: number, second: number): number {
    const mask = this.#places.length - 1;
    let place = this.#firstPlaceOf(first, second);

    for (;;) {
      const number = this.#places[place] ?? NONE;
      if (number === NONE || (this.first[number] === first && this.second[number] === second)) return place;
      place = (place + 1) & mask;
    }
  }
}
