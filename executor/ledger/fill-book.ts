import { fromHex } from "../formats/hex.ts";
import { wordsOf } from "../formats/integers.ts";
import { KeyTable } from "./key-table.ts";
import { sharedAmounts } from "./shared-amounts.ts";

const ID_WORDS = 8;

/** How much of each order is filled, by numbers: orders of the same id share one. */
export class FillBook {
  readonly #ids: KeyTable;
  /** Per fill the order's quantity, then what is filled of it: side by side, because they are read together. */
  #amounts: BigInt64Array;

  constructor(capacity: number) {
    this.#ids = new KeyTable(ID_WORDS, capacity);
    this.#amounts = sharedAmounts(2 * capacity);
  }

  /** Makes room for `more` orders at once. */
  reserve(more: number): void {
    this.#ids.reserve(more);
    this.#makeRoom(this.#ids.size + more);
  }

  /** How many fills there are. */
  get size(): number {
    return this.#ids.size;
  }

  /** Quantity and filled of every fill. Read it anew after orders were added. */
  get amounts(): BigInt64Array {
    return this.#amounts;
  }

  /** Notes what earlier batches filled of an order. */
  setFilled(id: string, filled: bigint): void {
    const fill = this.#numberOf(wordsOf(fromHex(id, 32)), 0);
    this.#amounts[2 * fill + 1] = filled;
  }

  /** The fill of an order of `quantity` shares whose id begins at word `at`. */
  add(ids: Int32Array, at: number, quantity: bigint): number {
    const fill = this.#numberOf(ids, at);
    this.#amounts[2 * fill] = quantity;
    return fill;
  }

  /** Adds `count` orders whose ids stand one after another and whose quantities `quantityOf` tells; writes their fills to `fills`. */
  addAll(ids: Int32Array, count: number, quantityOf: (order: number) => bigint, fills: Int32Array): void {
    this.reserve(count);
    this.#ids.addAll(ids, 0, ID_WORDS, count, fills, 0);
    for (let order = 0; order < count; order++) this.#amounts[2 * (fills[order] ?? 0)] = quantityOf(order);
  }

  /** The fill of the order whose id begins at word `at`, or -1. */
  find(ids: Int32Array, at: number): number {
    return this.#ids.find(ids, at);
  }

  #numberOf(ids: Int32Array, at: number): number {
    const fill = this.#ids.add(ids, at);
    this.#makeRoom(fill + 1);
    return fill;
  }

  #makeRoom(fills: number): void {
    if (2 * fills <= this.#amounts.length) return;
    const larger = sharedAmounts(2 * Math.max(fills, Math.ceil((3 * this.#amounts.length) / 4)));
    larger.set(this.#amounts);
    this.#amounts = larger;
  }
}
