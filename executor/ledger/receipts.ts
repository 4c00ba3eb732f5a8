import { INSTRUCTION_AT, INSTRUCTION_BYTES } from "../formats/instruction-record.ts";
import { viewOf } from "../formats/integers.ts";
import { ACCEPTED } from "../formats/reason-codes.ts";
import { RECEIPT_AT, RECEIPT_BYTES } from "../formats/receipt.ts";
import { AMOUNT, MOVED_WORDS, ROW, ROW_WORDS, type Rows } from "./rows.ts";

// Constants of this module: the compiler takes an imported one for a value that may change, and loads it for every row.
const LONG = 8;
const RECORD = INSTRUCTION_BYTES;
const RECEIPT = RECEIPT_BYTES;
const RECORD_LONGS = INSTRUCTION_BYTES / LONG;
const RECEIPT_LONGS = RECEIPT_BYTES / LONG;
const ID_LONG = INSTRUCTION_AT.id / LONG;
const WORDS = ROW_WORDS;
const ROW_QUANTITY = 2 * AMOUNT.quantity;
const ROW_CASH = 2 * AMOUNT.cash;
const MOVED = MOVED_WORDS;
const FIRST_CELL = ROW.from;
const { attempt: ATTEMPT } = INSTRUCTION_AT;
const { index: INDEX, code: CODE, quantity: QUANTITY, chunk: CHUNK } = RECEIPT_AT;

/**
 * Writes receipts, word by word, and beside each the cells of its row. Instructions and receipts begin on eight bytes. Receipts
 * may lie over the rows that they are written from: of a row nothing is needed once its receipt stands.
 */
export class ReceiptWriter {
  readonly #instructions: Uint8Array;
  readonly #ids: BigInt64Array;
  readonly #rows: Int32Array;
  readonly #moved: Int32Array;
  readonly #words: BigInt64Array;
  readonly #view: DataView;

  constructor(instructions: Uint8Array, rows: Rows, receipts: Uint8Array, moved: Int32Array) {
    this.#instructions = instructions;
    this.#ids = longWordsOf(instructions);
    this.#rows = rows.words;
    this.#moved = moved;
    this.#words = longWordsOf(receipts);
    this.#view = viewOf(receipts);
  }

  /** The receipt of the instruction at `index`, which moved its row's amounts if `code` is 0, and else nothing. */
  write(index: number, code: number, chunk: number): void {
    const view = this.#view;
    const receipt = index * RECEIPT;
    const attempt = this.#instructions[index * RECORD + ATTEMPT] ?? 0;

    copyCells(this.#rows, index * WORDS + FIRST_CELL, this.#moved, index * MOVED);
    copyId(this.#ids, index * RECORD_LONGS + ID_LONG, this.#words, index * RECEIPT_LONGS);
    view.setUint32(receipt + INDEX, index);
    view.setUint32(receipt + CODE, (code << 16) | attempt);
    if (code === ACCEPTED) writeAmounts(view, receipt + QUANTITY, this.#rows, index * WORDS);
    else writeZeros(view, receipt + QUANTITY);
    view.setUint32(receipt + CHUNK, chunk);
    view.setUint32(receipt + CHUNK + 4, 0);
  }
}

function copyCells(source: Int32Array, from: number, target: Int32Array, to: number): void {
  target[to] = source[from] ?? 0;
  target[to + 1] = source[from + 1] ?? 0;
  target[to + 2] = source[from + 2] ?? 0;
  target[to + 3] = source[from + 3] ?? 0;
}

/** Copies 32 bytes. */
function copyId(source: BigInt64Array, from: number, target: BigInt64Array, to: number): void {
  target[to] = source[from] ?? 0n;
  target[to + 1] = source[from + 1] ?? 0n;
  target[to + 2] = source[from + 2] ?? 0n;
  target[to + 3] = source[from + 3] ?? 0n;
}

/** Quantity and cash of a row. It has the lower half first, as the machine does; a receipt the higher one. Each is read before it is written over. */
function writeAmounts(view: DataView, offset: number, rows: Int32Array, row: number): void {
  view.setInt32(offset, rows[row + ROW_QUANTITY + 1] ?? 0);
  view.setInt32(offset + 4, rows[row + ROW_QUANTITY] ?? 0);
  view.setInt32(offset + 8, rows[row + ROW_CASH + 1] ?? 0);
  view.setInt32(offset + 12, rows[row + ROW_CASH] ?? 0);
}

function writeZeros(view: DataView, offset: number): void {
  view.setInt32(offset, 0);
  view.setInt32(offset + 4, 0);
  view.setInt32(offset + 8, 0);
  view.setInt32(offset + 12, 0);
}

/** `bytes` as words of 64 bits. */
function longWordsOf(bytes: Uint8Array): BigInt64Array {
  return new BigInt64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / LONG);
}
