import { viewOf } from "../formats/integers.ts";
import { CODE } from "../formats/reason-codes.ts";
import type { PreparedBatch } from "../prepare-batch.ts";
import { FillBook } from "./fill-book.ts";
import { Kernel } from "./kernel.ts";
import type { KeyTable } from "./key-table.ts";
import { KindBooks, statesFrozen } from "./kinds/kind-books.ts";
import { areTradesOnly, runKinds } from "./kinds/run-kinds.ts";
import { lowerTrades } from "./lower-trades.ts";
import { loadOrders } from "./orders.ts";
import { type ClosedChunk, Posting } from "./posting.ts";
import { ReceiptWriter } from "./receipts.ts";
import { markRepeats, tableOfIds } from "./repeats.ts";
import { ROW_BYTES, rowsOver } from "./rows.ts";
import { type LedgerState, loadState } from "./state.ts";

/** What the ledger needs to know of a batch besides its records. */
export type LedgerBatch = Pick<
  PreparedBatch,
  "time" | "orders" | "instructionCount" | "maxChunkInstructions" | "maxChunkPositions"
>;

/** What the ledger of one batch leaves to that of the next. */
export interface CarriedLedger {
  readonly state: LedgerState;
  readonly fills: FillBook;
  /** Ids of instructions that are through, accepted or refused. */
  readonly finalIds: KeyTable;
  /** What other kinds of instructions than trades read and change. */
  readonly books: KindBooks;
}

/** What a batch opens with, as the ledger wants it; with room for what the batch brings. */
export function openLedger({
  snapshot,
  filled,
  alreadyFinal,
  orderCount,
  instructionCount,
}: Pick<PreparedBatch, "snapshot" | "filled" | "alreadyFinal" | "orderCount" | "instructionCount">): CarriedLedger {
  const fills = new FillBook(orderCount + filled.size);
  for (const [id, quantity] of filled) fills.setFilled(id, quantity);
  const state = loadState(snapshot);
  const books = new KindBooks(snapshot, statesFrozen(state));
  return { state, fills, finalIds: tableOfIds(alreadyFinal, instructionCount), books };
}

/** Rows whose cells are read ahead together: few enough that the nearest cache keeps them. */
export const TOUCHED_AT_ONCE = 256;

/**
 * Runs the instructions one after another in canonical order: this is what decides, and next to the signatures before it
 * it costs little. First every instruction is lowered to a row of numbers, then one pass decides the rows. Writes one
 * receipt each. What it leaves is in `ledger` afterwards.
 */
export function runLedger(
  batch: LedgerBatch,
  orderIds: Uint8Array,
  orderStatus: Uint8Array,
  instructions: Uint8Array,
  receipts: Uint8Array,
  { state, fills, finalIds, books }: CarriedLedger,
): ClosedChunk[] {
  const count = batch.instructionCount;
  const orders = loadOrders(state, fills, batch.orders, orderIds, orderStatus);
  const repeated = markRepeats(instructions, finalIds);
  const rows = rowsOver(new SharedArrayBuffer(ROW_BYTES * count));

  const lowering = { time: batch.time, instructions, view: viewOf(instructions), repeated, orders, state, rows };
  const { withoutMandates } = books;
  const { maxChunkInstructions, maxChunkPositions } = batch;
  const posting = new Posting(state, rows, { maxChunkInstructions, maxChunkPositions, withoutMandates });
  const writer = new ReceiptWriter(instructions, rows, receipts);
  if (books.areNeeded || !areTradesOnly(instructions)) {
    const ids = orderIds;
    return runKinds({ lowering, count, maxChunkInstructions, ids, fills, books, posting, receipts: writer });
  }

  lowerTrades(lowering, 0, count);
  return decideRows(count, new Kernel(state, rows, fills), posting, writer);
}

/** Decides `count` rows in turn; the chunks that they make. */
export function decideRows(count: number, kernel: Kernel, posting: Posting, receipts: ReceiptWriter): ClosedChunk[] {
  const closed: ClosedChunk[] = [];

  for (let index = 0; index < count; index++) {
    if (index % TOUCHED_AT_ONCE === 0) kernel.touch(index, Math.min(index + TOUCHED_AT_ONCE, count));
    if (posting.isFull(index)) closed.push(posting.close(index));

    let code = kernel.check(index);
    if (code === CODE.accepted) code = posting.checkLive(index);
    if (code === CODE.accepted) {
      if (!posting.hasRoomFor(index)) closed.push(posting.close(index));
      code = posting.checkLeft(index);
    }
    if (code === CODE.accepted) {
      kernel.apply(index);
      posting.add(index);
    }
    receipts.write(index, code, closed.length);
  }
  if (posting.first < count) closed.push(posting.close(count));

  return closed;
}
