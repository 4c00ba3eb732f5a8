import { INSTRUCTION_AT, INSTRUCTION_BYTES, KIND_TRADE } from "../../formats/instruction-record.ts";
import { wordsOf } from "../../formats/integers.ts";
import type { FillBook } from "../fill-book.ts";
import { type Lowering, lowerTrades } from "../lower-trades.ts";
import { type KindBooks, ordersByFill } from "./kind-books.ts";
import { type KindLowering, lowerKind } from "./lower-kinds.ts";

/** What a batch of all kinds is lowered from. */
export interface KindBatch {
  readonly lowering: Lowering;
  readonly count: number;
  readonly ids: Uint8Array;
  readonly fills: FillBook;
  readonly books: KindBooks;
}

/** Whether a batch is of nothing but whole, unlinked trades, which the plain kernel decides. */
export function areTradesOnly(instructions: Uint8Array): boolean {
  for (let at = 0; at < instructions.length; at += INSTRUCTION_BYTES) {
    if (instructions[at + INSTRUCTION_AT.kind] !== KIND_TRADE) return false;
    if (instructions[at + INSTRUCTION_AT.flags] !== 0) return false;
  }
  return true;
}

/** Lowers the instructions of a batch of all kinds. */
export function lowerKinds({ lowering, count, ids, fills, books }: KindBatch): void {
  const { instructions, orders } = lowering;
  books.meet(orders, ids);

  const all: KindLowering = { ...lowering, books, fills, orderOfFill: ordersByFill(orders), idWords: wordsOf(ids) };
  for (let index = 0; index < count; index++) {
    if (instructions[index * INSTRUCTION_BYTES] === KIND_TRADE) lowerTrades(lowering, index, index + 1);
    else lowerKind(all, index);
  }
}
