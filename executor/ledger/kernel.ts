import { CODE } from "../formats/reason-codes.ts";
import type { FillBook } from "./fill-book.ts";
import { exceedsHolderLimit, type Holders, moveHolding } from "./holders.ts";
import { AMOUNT, codeOf, FIRST_EARLY_CODE, ROW, ROW_AMOUNTS, ROW_WORDS, type Rows } from "./rows.ts";
import { shortageCode } from "./shortage.ts";
import type { LedgerState } from "./state.ts";

const NONE = -1;

// Constants of this module: the compiler takes an imported one for a value that may change, and loads it for every row.
const WORDS = ROW_WORDS;
const AMOUNTS = ROW_AMOUNTS;
const EARLY = FIRST_EARLY_CODE;
const { head: HEAD, asset: ASSET, from: FROM, to: TO, pay: PAY, receive: RECEIVE } = ROW;
const { buyFill: BUY_FILL, sellFill: SELL_FILL } = ROW;
const { quantity: QUANTITY, cash: CASH } = AMOUNT;
const { accepted: ACCEPTED } = CODE;

/**
 * Checks and applies rows against the cells, one after another. Everything is found by number, nothing is allocated, and
 * amounts stay within 64 bits: the totals of a checked snapshot fit 63.
 */
export class Kernel {
  readonly #state: LedgerState;
  readonly #words: Int32Array;
  readonly #amounts: BigInt64Array;
  readonly #cells: BigInt64Array;
  /** The same cells in halves. */
  readonly #halves: Int32Array;
  readonly #fills: BigInt64Array;
  readonly #holders: Holders;
  readonly #holderLimit: Uint32Array;

  constructor(state: LedgerState, rows: Rows, fills: FillBook) {
    const { cells, holders } = state;
    this.#state = state;
    this.#words = rows.words;
    this.#amounts = rows.amounts;
    this.#cells = cells;
    this.#halves = new Int32Array(cells.buffer, cells.byteOffset, 2 * cells.length);
    this.#fills = fills.amounts;
    this.#holders = holders;
    this.#holderLimit = holders.limit;
  }

  /**
   * Reads the cells of a run of rows and forgets them, so that they come from memory together and not each in its turn:
   * half the time of a ledger that does not fit the cache. The answer means nothing.
   */
  touch(from: number, to: number): number {
    const words = this.#words;
    const halves = this.#halves;
    let read = 0;
    for (let row = from * WORDS; row < to * WORDS; row += WORDS) {
      if (codeOf(words[row + HEAD] ?? 0) !== 0) continue;
      read ^= (halves[2 * (words[row + FROM] ?? 0)] ?? 0) ^ (halves[2 * (words[row + TO] ?? 0)] ?? 0);
      if ((words[row + PAY] ?? NONE) === NONE) continue;
      read ^= (halves[2 * (words[row + PAY] ?? 0)] ?? 0) ^ (halves[2 * (words[row + RECEIVE] ?? 0)] ?? 0);
    }
    return read;
  }

  /** The first check that fails of all that ask neither mandates nor the chunk: up to 117, in the documented order. */
  check(index: number): number {
    const words = this.#words;
    const row = index * WORDS;
    const code = codeOf(words[row + HEAD] ?? 0);
    if (code >= EARLY) return code;

    const quantity = this.#amounts[index * AMOUNTS + QUANTITY] ?? 0n;
    const buyFill = words[row + BUY_FILL] ?? NONE;
    const sellFill = words[row + SELL_FILL] ?? NONE;
    if (buyFill !== NONE && quantity > this.#leftOf(buyFill)) return CODE.buyOrderOverfilled;
    if (sellFill !== NONE && quantity > this.#leftOf(sellFill)) return CODE.sellOrderOverfilled;
    if (code !== ACCEPTED) return code;

    const from = words[row + FROM] ?? NONE;
    const asset = (words[row + ASSET] ?? 0) & 0xffff;
    if (this.#holderLimit[asset] !== 0) {
      const to = words[row + TO] ?? NONE;
      if (exceedsHolderLimit(this.#holders, asset, from, to, quantity)) return CODE.holderLimitReached;
    }
    if (quantity > (this.#cells[from] ?? 0n)) return this.#shortageOf(index);
    const pay = words[row + PAY] ?? NONE;
    const cash = this.#amounts[index * AMOUNTS + CASH] ?? 0n;
    return pay !== NONE && cash > (this.#cells[pay] ?? 0n) ? CODE.cashTooSmall : ACCEPTED;
  }

  /** Moves what {@link check} and the mandates allowed. */
  apply(index: number): void {
    const words = this.#words;
    const cells = this.#cells;
    const fills = this.#fills;
    const row = index * WORDS;
    const quantity = this.#amounts[index * AMOUNTS + QUANTITY] ?? 0n;
    const from = words[row + FROM] ?? NONE;
    const to = words[row + TO] ?? NONE;
    const pay = words[row + PAY] ?? NONE;
    const buyFill = words[row + BUY_FILL] ?? NONE;
    const sellFill = words[row + SELL_FILL] ?? NONE;
    const asset = (words[row + ASSET] ?? 0) & 0xffff;

    cells[from] = BigInt.asIntN(64, (cells[from] ?? 0n) - quantity);
    cells[to] = BigInt.asIntN(64, (cells[to] ?? 0n) + quantity);
    if (pay !== NONE) {
      const receive = words[row + RECEIVE] ?? NONE;
      const cash = this.#amounts[index * AMOUNTS + CASH] ?? 0n;
      cells[pay] = BigInt.asIntN(64, (cells[pay] ?? 0n) - cash);
      cells[receive] = BigInt.asIntN(64, (cells[receive] ?? 0n) + cash);
    }
    if (buyFill !== NONE) {
      fills[2 * buyFill + 1] = BigInt.asIntN(64, (fills[2 * buyFill + 1] ?? 0n) + quantity);
    }
    if (sellFill !== NONE) {
      fills[2 * sellFill + 1] = BigInt.asIntN(64, (fills[2 * sellFill + 1] ?? 0n) + quantity);
    }
    if (this.#holderLimit[asset] !== 0) moveHolding(this.#holders, asset, from, to, quantity);
  }

  /** Reads the quantity again: handed over, it would be made an object of for every row that is checked. */
  #shortageOf(index: number): number {
    const from = this.#words[index * WORDS + FROM] ?? NONE;
    return shortageCode(this.#state, from, this.#amounts[index * AMOUNTS + QUANTITY] ?? 0n);
  }

  #leftOf(fill: number): bigint {
    return BigInt.asIntN(64, (this.#fills[2 * fill] ?? 0n) - (this.#fills[2 * fill + 1] ?? 0n));
  }
}
