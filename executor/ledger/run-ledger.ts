import { viewOf } from "../formats/integers.ts";
import { CODE } from "../formats/reason-codes.ts";
import type { PreparedBatch } from "../prepare-batch.ts";
import { FillBook } from "./fill-book.ts";
import { Kernel } from "./kernel.ts";
import { lowerTrades } from "./lower-trades.ts";
import { loadOrders } from "./orders.ts";
import { type ClosedChunk, Posting } from "./posting.ts";
import { ReceiptWriter } from "./receipts.ts";
import { markRepeats, tableOfIds } from "./repeats.ts";
import { ROW_BYTES, rowsOver } from "./rows.ts";
import { loadState } from "./state.ts";

/**
 * Runs the instructions one after another in canonical order: this is what decides, and next to the signatures before it
 * it costs little. First every instruction is lowered to a row of numbers, then one pass decides the rows. Writes one
 * receipt each.
 */
export function runLedger(
  batch: PreparedBatch,
  orderIds: Uint8Array,
  orderStatus: Uint8Array,
  instructions: Uint8Array,
  receipts: Uint8Array,
): ClosedChunk[] {
  const count = batch.instructionCount;
  const state = loadState(batch.snapshot);
  const fills = new FillBook(batch.orderCount + batch.filled.size);
  for (const [id, filled] of batch.filled) fills.setFilled(id, filled);
  const orders = loadOrders(state, fills, batch.orders, orderIds, orderStatus);
  const repeated = markRepeats(instructions, tableOfIds(batch.alreadyFinal));
  const rows = rowsOver(new SharedArrayBuffer(ROW_BYTES * count));

  lowerTrades({ time: batch.time, instructions, view: viewOf(instructions), repeated, orders, state, rows }, 0, count);
  const kernel = new Kernel(state, rows, fills);
  return decideRows(count, kernel, new Posting(state, rows, batch), new ReceiptWriter(instructions, rows, receipts));
}

/** Decides `count` rows in turn; the chunks that they make. */
export function decideRows(count: number, kernel: Kernel, posting: Posting, receipts: ReceiptWriter): ClosedChunk[] {
  const closed: ClosedChunk[] = [];

  for (let index = 0; index < count; index++) {
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
