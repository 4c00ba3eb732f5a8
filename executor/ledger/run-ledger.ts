import { fromHex } from "../formats/hex.ts";
import { viewOf, wordsOf } from "../formats/integers.ts";
import { CODE } from "../formats/reason-codes.ts";
import { RECEIPT_BYTES } from "../formats/receipt.ts";
import type { PreparedBatch } from "../prepare-batch.ts";
import type { JobRunner, RunOptions } from "../workers/pool.ts";
import { sharedBytes } from "../workers/shared-bytes.ts";
import { FillBook } from "./fill-book.ts";
import { Kernel } from "./kernel.ts";
import type { KeyTable } from "./key-table.ts";
import { decideKinds } from "./kinds/decide-kinds.ts";
import { KindBooks, statesFrozen } from "./kinds/kind-books.ts";
import { KindKernel } from "./kinds/kind-kernel.ts";
import { areTradesOnly, lowerKinds } from "./kinds/lower-batch.ts";
import { lowerTrades } from "./lower-trades.ts";
import type { LoweredBatch } from "./lowered-batch.ts";
import { LOOKUP_BYTES, loadOrders } from "./orders.ts";
import { type ClosedChunk, Posting } from "./posting.ts";
import { ReceiptWriter } from "./receipts.ts";
import { markRepeats, tableOfIds } from "./repeats.ts";
import { MOVED_WORDS, ROW_BYTES, rowsOver, TOUCHED_AT_ONCE } from "./rows.ts";
import { type LedgerMode, shouldSplit } from "./split/choose-split.ts";
import { decideSplit } from "./split/decide-split.ts";
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
  const finalIds = tableOfIds(alreadyFinal, instructionCount);
  for (const { id } of snapshot.holds ?? []) finalIds.add(wordsOf(fromHex(id, 32)), 0); // whether or not somebody says so
  return { state, fills, finalIds, books };
}

/** What a batch has come to. */
export interface Ledgered {
  readonly receipts: Uint8Array;
  /** Beside each receipt the cells that it moved, see {@link MOVED_AT}, if it says that it was accepted. Shared memory. */
  readonly moved: Int32Array;
  readonly closed: readonly ClosedChunk[];
  /** Whether no cell has changed but those in `moved`: nothing was held, released or frozen. */
  readonly movesOnly: boolean;
  /** Everything as it is after the batch. */
  readonly state: LedgerState;
  /** Instructions that the parallel ledger ran in their order; left out if all did. */
  readonly residue?: number;
}

/**
 * Runs the instructions one after another in canonical order: this is what decides, and next to the signatures before it
 * it costs little. First every instruction is lowered to a row of numbers, then one pass decides the rows and writes a receipt
 * over each. What it leaves is in `ledger` afterwards.
 */
export function runLedger(
  batch: LedgerBatch,
  orderIds: Uint8Array,
  orderStatus: Uint8Array,
  instructions: Uint8Array,
  ledger: CarriedLedger,
): Ledgered {
  return decideLowered(lowerBatch(batch, orderIds, orderStatus, instructions, ledger), instructions);
}

/** How the ledger of a batch may use other threads. */
export interface SplitOptions extends RunOptions {
  readonly mode?: LedgerMode;
  readonly pool: JobRunner;
}

/** As {@link runLedger}, but in parallel where `mode` wants it or the batch is worth it. The outcome is the same. */
export async function runLedgerOn(
  { mode = "auto", pool, ...options }: SplitOptions,
  batch: LedgerBatch,
  orderIds: Uint8Array,
  orderStatus: Uint8Array,
  instructions: Uint8Array,
  ledger: CarriedLedger,
): Promise<Ledgered> {
  const lowered = lowerBatch(batch, orderIds, orderStatus, instructions, ledger);
  // What can be split are whole and unlinked trades under mandates.
  const mayBeSplit = lowered.kinds === undefined && !ledger.books.withoutMandates && mode !== "serial";
  const isSplit = mayBeSplit && (mode === "split" || shouldSplit(lowered, pool.size));
  if (!isSplit) return decideLowered(lowered, instructions);

  const { moved, state } = lowered;
  const receipts = sharedBytes(RECEIPT_BYTES * lowered.count); // a piece may be done again, and needs its rows then
  return {
    receipts,
    moved,
    movesOnly: true,
    state,
    ...(await decideSplit(lowered, instructions, receipts, pool, options)),
  };
}

/** Lowers all instructions to rows. Their ids are used up by it. */
export function lowerBatch(
  batch: LedgerBatch,
  orderIds: Uint8Array,
  orderStatus: Uint8Array,
  instructions: Uint8Array,
  { state, fills, finalIds, books }: CarriedLedger,
): LoweredBatch {
  const { time, instructionCount: count, maxChunkInstructions, maxChunkPositions } = batch;
  // Nobody asks about orders any more when the first cells are written down, so both lie in one place.
  const memory = new SharedArrayBuffer(Math.max(4 * MOVED_WORDS * count, LOOKUP_BYTES * orderStatus.length));
  const orders = loadOrders(state, fills, batch.orders, orderIds, orderStatus, memory);
  const repeated = markRepeats(instructions, finalIds);
  const rows = rowsOver(new SharedArrayBuffer(ROW_BYTES * count));
  const lowering = { time, instructions, view: viewOf(instructions), repeated, orders, state, rows };
  const { withoutMandates } = books;
  const posting = new Posting(state, rows, { maxChunkInstructions, maxChunkPositions, withoutMandates });
  const needsKinds = books.areNeeded || !areTradesOnly(instructions);

  if (needsKinds) lowerKinds({ lowering, count, ids: orderIds, fills, books });
  else lowerTrades(lowering, 0, count);
  const kinds = needsKinds ? new KindKernel(state, rows, fills, books, time) : undefined;
  const kernel = new Kernel(state, rows, fills);
  const moved = new Int32Array(memory, 0, MOVED_WORDS * count);
  return { count, maxChunkInstructions, state, rows, moved, fills, books, kernel, kinds, posting };
}

function decideLowered(lowered: LoweredBatch, instructions: Uint8Array): Ledgered {
  const { count, maxChunkInstructions, state, kernel, kinds, posting, rows, moved } = lowered;
  const receipts = new Uint8Array(rows.words.buffer);
  const writer = new ReceiptWriter(instructions, rows, receipts, moved);
  if (kinds === undefined) {
    return { receipts, moved, movesOnly: true, state, closed: decideRows(count, kernel, posting, writer) };
  }

  const records = { count, instructions, view: viewOf(instructions) };
  const closed = decideKinds({ ...records, maxChunkInstructions, rows, kernel: kinds, posting, receipts: writer });
  return { receipts, moved, movesOnly: false, state, closed };
}

/** Decides `count` rows in turn; the chunks that they make. */
export function decideRows(count: number, kernel: Kernel, posting: Posting, receipts: ReceiptWriter): ClosedChunk[] {
  const closed: ClosedChunk[] = [];

  for (let index = 0; index < count; index++) {
    if (index % TOUCHED_AT_ONCE === 0) {
      const end = Math.min(index + TOUCHED_AT_ONCE, count);
      kernel.touch(index, end);
      posting.touch(index, end);
    }
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

/** Decides `count` rows in turn for a ledger that is not posted by net movements: without mandates, in one chunk. */
export function decideUnposted(count: number, kernel: Kernel, receipts: ReceiptWriter): void {
  for (let index = 0; index < count; index++) {
    if (index % TOUCHED_AT_ONCE === 0) kernel.touch(index, Math.min(index + TOUCHED_AT_ONCE, count));

    const code = kernel.check(index);
    if (code === CODE.accepted) kernel.apply(index);
    receipts.write(index, code, 0);
  }
}
