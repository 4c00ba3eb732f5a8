import { fromHex } from "../formats/hex.ts";
import { wordsOf } from "../formats/integers.ts";
import { IdTable } from "./id-table.ts";
import { sharedAmounts } from "./shared-amounts.ts";

/** How much of each order is filled, by numbers: orders of the same id share one. */
export class FillBook {
  readonly #ids: IdTable;
  /** Per fill the order's quantity, then what is filled of it: side by side, because they are read together. */
  #amounts: BigInt64Array;

  constructor(capacity: number) {
    this.#ids = new IdTable(capacity);
    this.#amounts = sharedAmounts(2 * capacity);
  }

  /** How many fills there are. */
  get size(): number {
    return this.#ids.size;
  }

  /** Every number of a fill is below this. */
  get end(): number {
    return this.#ids.end;
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

  /**
   * Writes to `numbers` the fills of orders whose ids lie one after another, and may keep those where they lie: leave them alone.
   * Of how many shares each order is has to be said by {@link setQuantity}.
   */
  addAll(ids: Int32Array, numbers: Int32Array): void {
    this.#ids.addAll(ids, numbers);
    this.#makeRoom(this.#ids.end);
  }

  /** Notes of how many shares the order of a fill is. */
  setQuantity(fill: number, quantity: bigint): void {
    this.#amounts[2 * fill] = quantity;
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
