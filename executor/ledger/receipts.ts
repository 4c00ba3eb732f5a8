import { INSTRUCTION_AT, INSTRUCTION_BYTES } from "../formats/instruction-record.ts";
import { copyWords, viewOf, wordsOf } from "../formats/integers.ts";
import { RECEIPT_AT, RECEIPT_BYTES } from "../formats/receipt.ts";
import { AMOUNT, ROW_WORDS, type Rows } from "./rows.ts";

const ID_WORDS = 8;

/** Writes receipts by words, without a number beyond 32 bits. */
export class ReceiptWriter {
  readonly #instructions: Uint8Array;
  readonly #ids: Int32Array;
  readonly #rows: Int32Array;
  readonly #words: Int32Array;
  readonly #view: DataView;

  constructor(instructions: Uint8Array, rows: Rows, receipts: Uint8Array) {
    this.#instructions = instructions;
    this.#ids = wordsOf(instructions);
    this.#rows = rows.words;
    this.#words = wordsOf(receipts);
    this.#view = viewOf(receipts);
  }

  /** The receipt of the instruction at `index`, which moved its row's amounts if `code` is 0, and else nothing. */
  write(index: number, code: number, chunk: number): void {
    const view = this.#view;
    const instruction = index * INSTRUCTION_BYTES;
    const receipt = index * RECEIPT_BYTES;

    copyWords(this.#ids, (instruction + INSTRUCTION_AT.id) / 4, this.#words, receipt / 4, ID_WORDS);
    view.setUint32(receipt + RECEIPT_AT.index, index);
    view.setUint16(receipt + RECEIPT_AT.code, code);
    view.setUint16(receipt + RECEIPT_AT.attempt, this.#instructions[instruction + INSTRUCTION_AT.attempt] ?? 0);
    this.#writeAmount(receipt + RECEIPT_AT.quantity, code, index * ROW_WORDS + 2 * AMOUNT.quantity);
    this.#writeAmount(receipt + RECEIPT_AT.cash, code, index * ROW_WORDS + 2 * AMOUNT.cash);
    view.setUint32(receipt + RECEIPT_AT.chunk, chunk);
    view.setUint32(receipt + RECEIPT_AT.chunk + 4, 0);
  }

  /** Rows have the lower half first, as the machine does; receipts the higher one. */
  #writeAmount(offset: number, code: number, word: number): void {
    this.#view.setInt32(offset, code === 0 ? (this.#rows[word + 1] ?? 0) : 0);
    this.#view.setInt32(offset + 4, code === 0 ? (this.#rows[word] ?? 0) : 0);
  }
}
