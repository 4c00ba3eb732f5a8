import type { NetVector } from "../formats/net-vector.ts";
import { CODE } from "../formats/reason-codes.ts";
import type { Kernel } from "./kernel.ts";
import type { MandateBook } from "./mandate-book.ts";
import { NetPacker } from "./net-packer.ts";
import { AMOUNT, codeOf, ROW, ROW_AMOUNTS, ROW_WORDS, type Rows } from "./rows.ts";
import type { LedgerState, RunningChunk } from "./state.ts";

const NONE = -1;

/** A movement touches this many cells at most. */
const CELLS_PER_ROW = 4;

/** A chunk whose instructions are decided. */
export interface ClosedChunk {
  readonly firstInstruction: number;
  readonly instructionCount: number;
  readonly net: NetVector;
  /** Writes the preimage of the net vector's hash, which is there until another chunk's is written. */
  readonly encodeNet: () => Uint8Array;
}

/** What a chunk may hold, and whether its net is judged against mandates. */
export interface PostingTerms {
  readonly maxChunkInstructions: number;
  readonly maxChunkPositions: number;
  /** Whether nobody is asked for a mandate. */
  readonly withoutMandates?: boolean | undefined;
}

/**
 * What has moved since the chunk began, on net, against the mandates. Every step is checked on the net so far, so that
 * the chunk may be closed after any instruction and pass the same check on chain.
 */
export class Posting {
  readonly #state: LedgerState;
  readonly #mandates: MandateBook;
  readonly #words: Int32Array;
  readonly #amounts: BigInt64Array;
  readonly #terms: PostingTerms;
  readonly #running: RunningChunk;
  readonly #packer: NetPacker;
  /** Net of the running chunk per cell of spendable shares or cash. */
  readonly #net: BigInt64Array;
  /** The same in halves. */
  readonly #netHalves: Int32Array;
  /** Which chunk touched a cell last. */
  readonly #touchedIn: Uint32Array;
  readonly #touched: Int32Array;
  /** Beside each touched cell the limit (of shares) or the mandate (of cash) that judges it. */
  readonly #judge: Int32Array;
  #touchedCount = 0;
  #first = 0;
  #currency = NONE;

  constructor(state: LedgerState, rows: Rows, terms: PostingTerms) {
    this.#state = state;
    this.#mandates = state.mandates;
    this.#words = rows.words;
    this.#amounts = rows.amounts;
    this.#terms = terms;
    this.#packer = new NetPacker(state);
    this.#running = state.running;
    this.#net = state.running.net;
    this.#netHalves = new Int32Array(this.#net.buffer);
    this.#touchedIn = state.running.touchedIn;
    this.#touched = new Int32Array(terms.maxChunkPositions + CELLS_PER_ROW);
    this.#judge = new Int32Array(terms.maxChunkPositions + CELLS_PER_ROW);
  }

  /** As {@link Kernel.touch} what the chunk's net and the mandates say of shares; of cash there is less, and the caches have it. */
  touch(from: number, to: number): number {
    const words = this.#words;
    let read = 0;
    for (let row = from * ROW_WORDS; row < to * ROW_WORDS; row += ROW_WORDS) {
      if (codeOf(words[row + ROW.head] ?? 0) !== 0) continue;
      read ^= this.#touchCell(words[row + ROW.from] ?? NONE) ^ this.#touchCell(words[row + ROW.to] ?? NONE);
      if (this.#terms.withoutMandates) continue;
      read ^= this.#mandates.touch(words[row + ROW.buyLimit] ?? NONE);
      read ^= this.#mandates.touch(words[row + ROW.sellLimit] ?? NONE);
    }
    return read;
  }

  #touchCell(cell: number): number {
    return (this.#netHalves[2 * cell] ?? 0) ^ (this.#touchedIn[cell] ?? 0);
  }

  /** Index of the first instruction of the running chunk. */
  get first(): number {
    return this.#first;
  }

  /** Whether nothing was accepted in the running chunk. */
  get isEmpty(): boolean {
    return this.#currency === NONE;
  }

  /** Whether the chunk has to be closed before instruction `index` and those linked with it, `count` in all. */
  isFull(index: number, count = 1): boolean {
    return index - this.#first + count > this.#terms.maxChunkInstructions;
  }

  /** Whether a row can join: same currency, and no more cells touched with it than may be. */
  hasRoomFor(index: number): boolean {
    if (this.#currency === NONE) return true;
    const words = this.#words;
    const row = index * ROW_WORDS;
    if (this.#currency !== (words[row + ROW.asset] ?? 0) >>> 16) return false;

    const more =
      this.#isNew(words[row + ROW.from] ?? NONE) +
      this.#isNew(words[row + ROW.to] ?? NONE) +
      this.#isNew(words[row + ROW.pay] ?? NONE) +
      this.#isNew(words[row + ROW.receive] ?? NONE);
    return this.#touchedCount + more <= this.#terms.maxChunkPositions;
  }

  /** 120 and 121: whether both sides have a live mandate for the asset. */
  checkLive(index: number): number {
    if (this.#terms.withoutMandates) return CODE.accepted;
    const row = index * ROW_WORDS;
    if (this.#words[row + ROW.buyMandate] === NONE) return CODE.buyMandateMissing;
    return this.#words[row + ROW.sellMandate] === NONE ? CODE.sellMandateMissing : CODE.accepted;
  }

  /** 122 and 123: whether the mandates bear the chunk's net with the row in it. */
  checkLeft(index: number): number {
    if (this.#terms.withoutMandates) return CODE.accepted;
    const words = this.#words;
    const row = index * ROW_WORDS;
    const quantity = this.#amounts[index * ROW_AMOUNTS + AMOUNT.quantity] ?? 0n;
    const cash = this.#amounts[index * ROW_AMOUNTS + AMOUNT.cash] ?? 0n;

    const bought = this.#net[words[row + ROW.to] ?? NONE] ?? 0n;
    const paid = this.#net[words[row + ROW.pay] ?? NONE] ?? 0n;
    const buyMandate = words[row + ROW.buyMandate] ?? NONE;
    const buyLimit = words[row + ROW.buyLimit] ?? NONE;
    const boughtAfter = BigInt.asIntN(64, bought + quantity);
    const paidAfter = BigInt.asIntN(64, paid - cash);
    if (!this.#mandates.bears(buyMandate, buyLimit, bought, boughtAfter, paidAfter)) return CODE.buyMandateExhausted;

    const sold = this.#net[words[row + ROW.from] ?? NONE] ?? 0n;
    const got = this.#net[words[row + ROW.receive] ?? NONE] ?? 0n;
    const sellMandate = words[row + ROW.sellMandate] ?? NONE;
    const sellLimit = words[row + ROW.sellLimit] ?? NONE;
    const soldAfter = BigInt.asIntN(64, sold - quantity);
    const gotAfter = BigInt.asIntN(64, got + cash);
    return this.#mandates.bears(sellMandate, sellLimit, sold, soldAfter, gotAfter)
      ? CODE.accepted
      : CODE.sellMandateExhausted;
  }

  /** Counts a row that was accepted. */
  add(index: number): void {
    const quantity = this.#amounts[index * ROW_AMOUNTS + AMOUNT.quantity] ?? 0n;
    const cash = this.#amounts[index * ROW_AMOUNTS + AMOUNT.cash] ?? 0n;
    this.#count(index, quantity, cash);
  }

  /** How many cells the running chunk touches; what was added from here on can be taken back. */
  get touchedCount(): number {
    return this.#touchedCount;
  }

  /** Currency of the running chunk, -1 as long as nothing was accepted in it. */
  get currency(): number {
    return this.#currency;
  }

  /** Whether the running chunk touches a cell. */
  touches(cell: number): boolean {
    return this.#touchedIn[cell] === this.#running.number;
  }

  /** Whether the mandate of who gets the shares of a row bears what the chunk moves, the row included if it was added. */
  bearsBuyer(index: number): boolean {
    const row = index * ROW_WORDS;
    return this.#bears(row + ROW.buyMandate, this.#words[row + ROW.to], this.#words[row + ROW.pay]);
  }

  /** The same for who gives the shares. */
  bearsSeller(index: number): boolean {
    const row = index * ROW_WORDS;
    return this.#bears(row + ROW.sellMandate, this.#words[row + ROW.from], this.#words[row + ROW.receive]);
  }

  /** Takes back `rows`, the last that were added; the chunk touched `touchedCount` cells before them. */
  takeBack(rows: Int32Array, touchedCount: number): void {
    for (const index of rows) {
      const quantity = this.#amounts[index * ROW_AMOUNTS + AMOUNT.quantity] ?? 0n;
      const cash = this.#amounts[index * ROW_AMOUNTS + AMOUNT.cash] ?? 0n;
      this.#count(index, -quantity, -cash);
    }
    for (let place = touchedCount; place < this.#touchedCount; place++) this.#touchedIn[this.#touched[place] ?? 0] = 0;
    this.#touchedCount = touchedCount;
    if (touchedCount === 0) this.#currency = NONE;
  }

  #bears(at: number, shares: number | undefined, cash: number | undefined): boolean {
    if (this.#terms.withoutMandates) return true;
    const net = this.#net[shares ?? NONE] ?? 0n;
    const mandate = this.#words[at] ?? NONE;
    const limit = this.#words[at + 1] ?? NONE;
    return this.#mandates.bears(mandate, limit, net, net, this.#net[cash ?? NONE] ?? 0n);
  }

  #count(index: number, quantity: bigint, cash: bigint): void {
    const words = this.#words;
    const row = index * ROW_WORDS;
    const from = words[row + ROW.from] ?? NONE;
    const to = words[row + ROW.to] ?? NONE;
    const sellLimit = words[row + ROW.sellLimit] ?? NONE;
    const buyLimit = words[row + ROW.buyLimit] ?? NONE;
    const sellMandate = words[row + ROW.sellMandate] ?? NONE;
    const buyMandate = words[row + ROW.buyMandate] ?? NONE;
    const sold = this.#net[from] ?? 0n;
    const bought = this.#net[to] ?? 0n;

    this.#currency = (words[row + ROW.asset] ?? 0) >>> 16;
    if (sellMandate !== NONE) this.#mandates.move(sellMandate, sellLimit, sold, BigInt.asIntN(64, sold - quantity));
    if (buyMandate !== NONE) this.#mandates.move(buyMandate, buyLimit, bought, BigInt.asIntN(64, bought + quantity));
    if (from !== NONE) {
      this.#mark(from, sellLimit);
      this.#mark(to, buyLimit);
      this.#net[from] = BigInt.asIntN(64, (this.#net[from] ?? 0n) - quantity);
      this.#net[to] = BigInt.asIntN(64, (this.#net[to] ?? 0n) + quantity);
    }
    const pay = words[row + ROW.pay] ?? NONE;
    if (pay !== NONE) {
      const receive = words[row + ROW.receive] ?? NONE;
      this.#mark(pay, buyMandate);
      this.#mark(receive, sellMandate);
      this.#net[pay] = BigInt.asIntN(64, (this.#net[pay] ?? 0n) - cash);
      this.#net[receive] = BigInt.asIntN(64, (this.#net[receive] ?? 0n) + cash);
    }
  }

  /** Ends the chunk before instruction `next`: mandates are used up by its net, and a new chunk begins. */
  close(next: number): ClosedChunk {
    const currency = this.#currency === NONE ? 0 : this.#currency;
    const packer = this.#packer;
    const packed = packer.pack(currency, this.#touched.subarray(0, this.#touchedCount), this.#net);

    for (let place = 0; place < this.#touchedCount; place++) {
      const cell = this.#touched[place] ?? 0;
      const judge = this.#judge[place] ?? NONE;
      if (judge !== NONE && cell < this.#state.cashAt) this.#mandates.consumeShares(judge, this.#net[cell] ?? 0n);
      if (judge !== NONE && cell >= this.#state.cashAt) this.#mandates.consumeCash(judge, this.#net[cell] ?? 0n);
      this.#net[cell] = 0n;
    }
    const closed = {
      firstInstruction: this.#first,
      instructionCount: next - this.#first,
      net: packer.unpack(packed, currency),
      encodeNet: () => packer.encode(packed, currency),
    };
    this.#first = next;
    this.#running.number += 1;
    this.#touchedCount = 0;
    this.#currency = NONE;
    return closed;
  }

  #isNew(cell: number): number {
    return cell !== NONE && this.#touchedIn[cell] !== this.#running.number ? 1 : 0;
  }

  /** Notes that the chunk touches a cell, and what judges it. */
  #mark(cell: number, judge: number): void {
    if (this.#touchedIn[cell] === this.#running.number) return;

    this.#touchedIn[cell] = this.#running.number;
    this.#touched[this.#touchedCount] = cell;
    this.#judge[this.#touchedCount] = judge;
    this.#touchedCount += 1;
  }
}
