import { copyBytes } from "../formats/integers.ts";

/** An empty place. */
const NONE = -1;

/**
 * Numbers distinct byte keys of one length in the order in which they come: 0, 1, 2 … Open addressing over the bytes
 * themselves, because a string per order id costs more than the rest of the ledger.
 */
export class KeyTable {
  readonly #keyBytes: number;
  readonly #keys: Uint8Array;
  readonly #places: Int32Array;
  #size = 0;

  constructor(keyBytes: number, capacity: number) {
    this.#keyBytes = keyBytes;
    this.#keys = new Uint8Array(keyBytes * capacity);
    this.#places = new Int32Array(2 ** Math.ceil(Math.log2(2 * capacity + 2))).fill(NONE);
  }

  /** How many distinct keys were added. */
  get size(): number {
    return this.#size;
  }

  /** The number of the key at `offset`, or -1. */
  find(bytes: Uint8Array, offset: number): number {
    return this.#places[this.#placeOf(bytes, offset)] ?? NONE;
  }

  /** The number of the key at `offset`; a new key gets the next one. */
  add(bytes: Uint8Array, offset: number): number {
    const place = this.#placeOf(bytes, offset);
    const known = this.#places[place] ?? NONE;
    if (known !== NONE) return known;

    copyBytes(bytes, offset, this.#keys, this.#size * this.#keyBytes, this.#keyBytes);
    this.#places[place] = this.#size;
    this.#size += 1;
    return this.#size - 1;
  }

  /** Where the key is, or would be. The table is at most half full, so there is always an empty place. */
  #placeOf(bytes: Uint8Array, offset: number): number {
    const mask = this.#places.length - 1;
    let place = this.#hash(bytes, offset) & mask;

    for (;;) {
      const number = this.#places[place] ?? NONE;
      if (number === NONE || this.#equals(number, bytes, offset)) return place;
      place = (place + 1) & mask;
    }
  }

  /** FNV-1a over the whole key: an address is chosen by its owner, who could fix any few bytes of it. */
  #hash(bytes: Uint8Array, offset: number): number {
    let hash = 0x811c9dc5;
    for (let i = 0; i < this.#keyBytes; i++) hash = Math.imul(hash ^ (bytes[offset + i] ?? 0), 0x01000193);
    return hash ^ (hash >>> 15);
  }

  #equals(number: number, bytes: Uint8Array, offset: number): boolean {
    const start = number * this.#keyBytes;
    for (let i = 0; i < this.#keyBytes; i++) if (this.#keys[start + i] !== bytes[offset + i]) return false;
    return true;
  }
}
