import { copyWords, wordsOf } from "../formats/integers.ts";
import { near } from "../tree/near.ts";

/** An empty place, and the answer for a key that is not there. */
const NONE = -1;

/** Keys that are looked for together: few enough that the nearest cache keeps what is read ahead for them. */
const KEYS_AT_ONCE = 256;

/**
 * Numbers distinct keys of a few 32-bit words in the order in which they come: 0, 1, 2 … Open addressing over the words
 * themselves, because a string per order id costs more than the rest of the ledger. Hashes are seeded anew for every
 * table: nobody can choose keys that meet in one, and the seed changes no number. It grows as it must.
 */
export class KeyTable {
  readonly #keyWords: number;
  readonly #seed = Math.floor(Math.random() * 2 ** 32) | 0;
  #keys: Int32Array;
  #places: Int32Array;
  #size = 0;
  readonly #hashes = new Int32Array(KEYS_AT_ONCE);

  constructor(keyWords: number, capacity: number) {
    this.#keyWords = keyWords;
    this.#keys = new Int32Array(keyWords * capacity);
    this.#places = emptyPlaces(placesFor(capacity));
  }

  /**
   * Makes room for `more` keys at once, where adding them would leave many smaller copies behind. A table that has keys already
   * grows by half at least, so that one that grows batch by batch is copied seldom.
   */
  reserve(more: number): void {
    const keys = this.#size + more;
    if (keys * this.#keyWords > this.#keys.length) this.#keys = grow(this.#keys, keys * this.#keyWords);
    if (2 * keys > this.#places.length) this.#rehash(placesFor(keys));
  }

  /** How many distinct keys were added. */
  get size(): number {
    return this.#size;
  }

  /** The number of the key that begins at word `at`, or -1. */
  find(words: Int32Array, at: number): number {
    return this.#places[this.#placeOf(words, at)] ?? NONE;
  }

  /** The number of the key that begins at word `at`; a new key gets the next one. */
  add(words: Int32Array, at: number): number {
    return this.#addAt(this.#hash(words, at), words, at);
  }

  #addAt(hash: number, words: Int32Array, at: number): number {
    const place = this.#placeFrom(hash, words, at);
    const known = this.#places[place] ?? NONE;
    if (known !== NONE) return known;

    const number = this.#size;
    this.#size += 1;
    if (this.#size * this.#keyWords > this.#keys.length) this.#keys = grow(this.#keys, this.#size * this.#keyWords);
    copyWords(words, at, this.#keys, number * this.#keyWords, this.#keyWords);
    this.#places[place] = number;
    if (2 * this.#size > this.#places.length) this.#rehash(2 * this.#places.length);
    return number;
  }

  /**
   * Finds `count` keys, from word `at` on and `stride` words apart, and writes their numbers from `to` on. What the search reads is
   * read ahead for many keys together: then they wait for memory at once, and not each in its turn.
   */
  findAll(words: Int32Array, at: number, stride: number, count: number, numbers: Int32Array, to: number): void {
    for (let done = 0; done < count; done += KEYS_AT_ONCE) {
      const part = Math.min(KEYS_AT_ONCE, count - done);
      const start = at + done * stride;
      this.#hashAll(words, start, stride, part);
      for (let key = 0; key < part; key++) {
        const place = this.#placeFrom(this.#hashes[key] ?? 0, words, start + key * stride);
        numbers[to + done + key] = this.#places[place] ?? NONE;
      }
    }
  }

  /** As {@link add} for each of them in turn, read ahead in the same way. */
  addAll(words: Int32Array, at: number, stride: number, count: number, numbers: Int32Array, to: number): void {
    for (let done = 0; done < count; done += KEYS_AT_ONCE) {
      const part = Math.min(KEYS_AT_ONCE, count - done);
      const start = at + done * stride;
      this.#hashAll(words, start, stride, part);
      for (let key = 0; key < part; key++) {
        numbers[to + done + key] = this.#addAt(this.#hashes[key] ?? 0, words, start + key * stride);
      }
    }
  }

  /** Hashes a few keys, and reads what the search for them begins with. */
  #hashAll(words: Int32Array, at: number, stride: number, count: number): void {
    const mask = this.#places.length - 1;
    let read = 0;
    for (let key = 0; key < count; key++) {
      const hash = this.#hash(words, at + key * stride);
      this.#hashes[key] = hash;
      read ^= this.#places[hash & mask] ?? NONE;
    }
    for (let key = 0; key < count; key++) {
      const number = this.#places[(this.#hashes[key] ?? 0) & mask] ?? NONE;
      if (number !== NONE) read ^= this.#keys[number * this.#keyWords] ?? 0;
    }
    near.sum = read;
  }

  /** Copies the key with this number to word `at` of `target`. */
  copyKey(number: number, target: Int32Array, at: number): void {
    copyWords(this.#keys, number * this.#keyWords, target, at, this.#keyWords);
  }

  /** Where the key is, or would be. The table is at most half full, so there is always an empty place. */
  #placeOf(words: Int32Array, at: number): number {
    return this.#placeFrom(this.#hash(words, at), words, at);
  }

  #placeFrom(hash: number, words: Int32Array, at: number): number {
    const mask = this.#places.length - 1;
    let place = hash & mask;

    for (;;) {
      const number = this.#places[place] ?? NONE;
      if (number === NONE || this.#equals(number, words, at)) return place;
      place = (place + 1) & mask;
    }
  }

  /** Over the whole key: an address is chosen by its owner, who could fix any few words of it. */
  #hash(words: Int32Array, at: number): number {
    let hash = this.#seed;
    for (let i = 0; i < this.#keyWords; i++) {
      hash = Math.imul(hash ^ (words[at + i] ?? 0), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash;
  }

  #equals(number: number, words: Int32Array, at: number): boolean {
    const start = number * this.#keyWords;
    for (let i = 0; i < this.#keyWords; i++) if (this.#keys[start + i] !== words[at + i]) return false;
    return true;
  }

  #rehash(places: number): void {
    this.#places = emptyPlaces(places);
    for (let number = 0; number < this.#size; number++) {
      this.#places[this.#placeOf(this.#keys, number * this.#keyWords)] = number;
    }
  }
}

/** Places for `capacity` keys: twice as many at least, and a power of two. */
export function placesFor(capacity: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(2, 2 * capacity)));
}

/** `count` places without a number. */
export function emptyPlaces(count: number): Int32Array {
  return new Int32Array(count).fill(NONE);
}

function grow(words: Int32Array, atLeast: number): Int32Array {
  const larger = new Int32Array(Math.max(words.length + (words.length >> 1), atLeast));
  larger.set(words);
  return larger;
}

/** The words of `bytes`, of a copy if they do not begin on a word: only to be read. */
export function alignedWords(bytes: Uint8Array): Int32Array {
  return wordsOf(bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes));
}
