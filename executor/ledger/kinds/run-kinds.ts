import { INSTRUCTION_AT, INSTRUCTION_BYTES, KIND_TRADE } from "../../formats/instruction-record.ts";
import { wordsOf } from "../../formats/integers.ts";
import type { FillBook } from "../fill-book.ts";
import { type Lowering, lowerTrades } from "../lower-trades.ts";
import type { Posting } from "../posting.ts";
import type { ReceiptWriter } from "../receipts.ts";
import { decideKinds } from "./decide-kinds.ts";
import { type KindBooks, ordersByFill } from "./kind-books.ts";
import { KindKernel } from "./kind-kernel.ts";
import { type KindLowering, lowerKind } from "./lower-kinds.ts";

/** What a batch of all kinds is decided from. */
export interface KindBatch {
  readonly lowering: Lowering;
  readonly count: number;
  readonly maxChunkInstructions: number;
  readonly ids: Uint8Array;
  readonly fills: FillBook;
  readonly books: KindBooks;
  readonly posting: Posting;
  readonly receipts: ReceiptWriter;
}

/** Whether a batch is of nothing but whole, unlinked trades, which the plain kernel decides. */
export function areTradesOnly(instructions: Uint8Array): boolean {
  for (let at = 0; at < instructions.length; at += INSTRUCTION_BYTES) {
    if (instructions[at + INSTRUCTION_AT.kind] !== KIND_TRADE) return false;
    if (instructions[at + INSTRUCTION_AT.flags] !== 0) return false;
  }
  return true;
}

/** Lowers and decides the instructions of a batch of all kinds; the chunks that they make. */
export function runKinds(batch: KindBatch): ReturnType<typeof decideKinds> {
  const { lowering, count, maxChunkInstructions, ids, fills, books, posting, receipts } = batch;
  const { instructions, view, orders, state, rows, time } = lowering;
  books.meet(orders, ids);

  const orderOfFill = ordersByFill(orders);
  const all: KindLowering = { ...lowering, books, fills, orderOfFill, idWords: wordsOf(ids) };
  for (let index = 0; index < count; index++) {
    if (instructions[index * INSTRUCTION_BYTES] === KIND_TRADE) lowerTrades(lowering, index, index + 1);
    else lowerKind(all, index);
  }

  const kernel = new KindKernel(state, rows, fills, books, time);
  return decideKinds({ count, maxChunkInstructions, instructions, view, rows, kernel, posting, receipts });
}
