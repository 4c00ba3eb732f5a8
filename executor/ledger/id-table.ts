import { copyWords } from "../formats/integers.ts";
import { emptyPlaces, placesFor } from "./key-table.ts";

/** An empty place, and the answer for an id that is not there. */
const NONE = -1;

const ID_WORDS = 8;

/** Ids lie in pages of so many, wherever a page is: an id's number says its page and its place there. */
const PAGE_BITS = 12;
const PAGE = 2 ** PAGE_BITS;

/** A page of the table's own begins with room for so many, and doubles. */
const FEW = 64;

/** Of a batch's ids every so many-th is looked up before their memory is taken over. */
const SAMPLE_EVERY = 16;

/**
 * Numbers distinct ids of 32 bytes, which it keeps for good. The ids of a batch that are nearly all new stay where they are: their
 * memory becomes the table's, so that a result and what is kept of it are one. Others are copied. Numbers ascend, but leave out
 * those of ids in adopted memory that were known already.
 */
export class IdTable {
  readonly #seed = Math.floor(Math.random() * 2 ** 32) | 0;
  readonly #pages: Int32Array[] = [];
  /** Where the next id is copied to: a page of the table's own, and how many it has. */
  #open = NONE;
  #used = PAGE;
  #places: Int32Array;
  #size = 0;

  constructor(capacity: number) {
    this.#places = emptyPlaces(placesFor(capacity));
  }

  /** How many distinct ids were added. */
  get size(): number {
    return this.#size;
  }

  /** Every number is below this. */
  get end(): number {
    const isOpenLast = this.#open === this.#pages.length - 1;
    return this.#pages.length * PAGE - (isOpenLast ? PAGE - this.#used : 0);
  }

  /** Makes room for `more` ids at once. */
  reserve(more: number): void {
    if (2 * (this.#size + more) > this.#places.length) this.#rehash(placesFor(this.#size + more));
  }

  /** The number of the id that begins at word `at`, or -1. */
  find(words: Int32Array, at: number): number {
    return this.#places[this.#placeOf(words, at)] ?? NONE;
  }

  /** The number of the id that begins at word `at`; a new one is copied. */
  add(words: Int32Array, at: number): number {
    const place = this.#placeOf(words, at);
    const known = this.#places[place] ?? NONE;
    if (known !== NONE) return known;

    if (this.#used === PAGE) this.#openPage();
    const number = this.#open * PAGE + this.#used;
    copyWords(words, at, this.#roomyPage(), this.#used * ID_WORDS, ID_WORDS);
    this.#used += 1;
    this.#note(place, number);
    return number;
  }

  /**
   * Writes the numbers of the ids in `words` to `numbers`. Leave `words` alone from then on: they are the table's if they are worth
   * it, which is if they are many and new, and nothing else lies in their memory.
   */
  addAll(words: Int32Array, numbers: Int32Array): void {
    this.reserve(numbers.length);
    const isAlone = words.byteLength === words.buffer.byteLength;
    const adopted = isAlone && this.#areNew(words) ? this.#adopt(words, numbers) : 0;
    for (let id = adopted; id < numbers.length; id++) numbers[id] = this.add(words, id * ID_WORDS);
  }

  /** Adds what fills whole pages without a copy; how many ids that are. */
  #adopt(words: Int32Array, numbers: Int32Array): number {
    const first = this.#pages.length * PAGE;
    const count = numbers.length - (numbers.length % PAGE);
    for (let id = 0; id < count; id += PAGE) {
      this.#pages.push(words.subarray(id * ID_WORDS, (id + PAGE) * ID_WORDS));
    }
    for (let id = 0; id < count; id++) {
      const place = this.#placeOf(words, id * ID_WORDS);
      const known = this.#places[place] ?? NONE;
      if (known === NONE) this.#note(place, first + id);
      numbers[id] = known === NONE ? first + id : known;
    }
    return count;
  }

  /** Whether three quarters of a sample are new: what is known would take room for nothing. */
  #areNew(words: Int32Array): boolean {
    let [known, asked] = [0, 0];
    for (let at = 0; at < words.length; at += SAMPLE_EVERY * ID_WORDS) {
      known += Number(this.find(words, at) !== NONE);
      asked += 1;
    }
    return 4 * known <= asked;
  }

  #openPage(): void {
    this.#open = this.#pages.length;
    this.#used = 0;
    this.#pages.push(new Int32Array(FEW * ID_WORDS));
  }

  /** The open page, with room for one more. */
  #roomyPage(): Int32Array {
    const page = this.#pages[this.#open] ?? new Int32Array(0);
    if (this.#used * ID_WORDS < page.length) return page;

    const larger = new Int32Array(2 * page.length);
    larger.set(page);
    this.#pages[this.#open] = larger;
    return larger;
  }

  #note(place: number, number: number): void {
    this.#places[place] = number;
    this.#size += 1;
    if (2 * this.#size > this.#places.length) this.#rehash(2 * this.#places.length);
  }

  /** Where the id is, or would be. The table is at most half full, so there is always an empty place. */
  #placeOf(words: Int32Array, at: number): number {
    const mask = this.#places.length - 1;
    let place = this.#hash(words, at) & mask;

    for (;;) {
      const number = this.#places[place] ?? NONE;
      if (number === NONE || this.#equals(number, words, at)) return place;
      place = (place + 1) & mask;
    }
  }

  /** Over the whole id, as in a `KeyTable`, and seeded anew for every table. */
  #hash(words: Int32Array, at: number): number {
    let hash = this.#seed;
    for (let i = 0; i < ID_WORDS; i++) {
      hash = Math.imul(hash ^ (words[at + i] ?? 0), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash;
  }

  #equals(number: number, words: Int32Array, at: number): boolean {
    const page = this.#pages[number >>> PAGE_BITS] ?? words;
    const start = (number & (PAGE - 1)) * ID_WORDS;
    for (let i = 0; i < ID_WORDS; i++) if (page[start + i] !== words[at + i]) return false;
    return true;
  }

  #rehash(places: number): void {
    const before = this.#places;
    this.#places = emptyPlaces(places);
    for (const number of before) {
      if (number === NONE) continue;
      const page = this.#pages[number >>> PAGE_BITS] ?? before;
      this.#places[this.#placeOf(page, (number & (PAGE - 1)) * ID_WORDS)] = number;
    }
  }
}
