import { INSTRUCTION_BYTES } from "../formats/instruction-record.ts";
import { viewOf, wordsOf } from "../formats/integers.ts";
import { RECEIPT_AT, RECEIPT_BYTES } from "../formats/receipt.ts";
import type { ClosedChunk } from "../ledger/posting.ts";
import { ReceiptWriter } from "../ledger/receipts.ts";
import { MOVED_WORDS } from "../ledger/rows.ts";
import { type CarriedLedger, lowerBatch } from "../ledger/run-ledger.ts";
import type { LedgerState } from "../ledger/state.ts";
import type { PreparedBatch } from "../prepare-batch.ts";
import { sharedBytes } from "../workers/shared-bytes.ts";
import { decideOptimisedRows } from "./decide-optimised-rows.ts";

/** A batch in canonical order. */
export interface SequencedBatch {
  readonly orderIds: Uint8Array;
  readonly orderStatus: Uint8Array;
  readonly instructions: Uint8Array;
}

/** A decided batch in the order in which it settled: chunks are runs of it. */
export interface SettledBatch {
  readonly instructions: Uint8Array;
  readonly receipts: Uint8Array;
  readonly closed: readonly ClosedChunk[];
  /** Beside each receipt the cells that it moved, see {@link Ledgered}. */
  readonly moved: Int32Array;
  /** Everything as it is after the batch. */
  readonly state: LedgerState;
}

/** Decides a batch with technical netting. Equal, byte for byte, to `decideOptimised`. */
export function runOptimised(
  batch: PreparedBatch,
  { orderIds, orderStatus, instructions }: SequencedBatch,
  carried: CarriedLedger,
): SettledBatch {
  const ledger = lowerBatch(batch, orderIds, orderStatus, instructions, carried);
  const { codes, chunks, order, closed } = decideOptimisedRows(batch, ledger, instructions);

  const canonical = sharedBytes(RECEIPT_BYTES * order.length);
  const writer = new ReceiptWriter(instructions, ledger.rows, canonical, ledger.moved);
  for (const rank of order) writer.write(rank, codes[rank] ?? 0, chunks[rank] ?? 0);
  const receipts = inOrder(canonical, RECEIPT_BYTES, order);
  const view = viewOf(receipts);
  for (let place = 0; place < order.length; place++) view.setUint32(place * RECEIPT_BYTES + RECEIPT_AT.index, place);

  return {
    instructions: inOrder(instructions, INSTRUCTION_BYTES, order),
    receipts,
    closed,
    moved: wordsOf(inOrder(bytesOf(ledger.moved), 4 * MOVED_WORDS, order)),
    state: ledger.state,
  };
}

const bytesOf = ({ buffer, byteLength }: Int32Array): Uint8Array => new Uint8Array(buffer, 0, byteLength);

/** Records of `size` bytes in another order. */
function inOrder(records: Uint8Array, size: number, order: Uint32Array): Uint8Array {
  const sorted = sharedBytes(size * order.length);
  for (let place = 0; place < order.length; place++) {
    const from = (order[place] ?? 0) * size;
    sorted.set(records.subarray(from, from + size), place * size);
  }
  return sorted;
}
