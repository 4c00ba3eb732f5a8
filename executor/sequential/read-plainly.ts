import type { BatchResult } from "../batch-result.ts";
import { toHex } from "../formats/hex.ts";
import { decodeInstruction, FLAG, INSTRUCTION_BYTES } from "../formats/instruction-record.ts";
import { decodeOrder, ORDER_BYTES } from "../formats/order-record.ts";
import type { PreparedBatch } from "../prepare-batch.ts";
import { sortChains } from "./plain-chains.ts";
import type { PlainInstruction, PlainOrder } from "./plain-trade.ts";

/** The orders and instructions of a batch that has been run, in canonical order, as the plain ledger reads them. */
export function readPlainly(
  batch: PreparedBatch,
  { orderIds, orderStatus, instructions: records }: BatchResult,
): { readonly orders: PlainOrder[]; readonly instructions: PlainInstruction[] } {
  const orders = Array.from({ length: batch.orderCount }, (_, order) => ({
    ...decodeOrder(batch.orders, order * ORDER_BYTES),
    id: toHex(orderIds, order * 32, 32),
    status: orderStatus[order] ?? 0,
  }));
  const instructions = Array.from({ length: records.length / INSTRUCTION_BYTES }, (_, place) => {
    const bytes = records.slice(place * INSTRUCTION_BYTES, (place + 1) * INSTRUCTION_BYTES);
    return plainInstruction(bytes);
  });

  return { orders, instructions: sortChains(instructions) };
}

/** A record with its flags by name. */
export function plainInstruction(bytes: Uint8Array): PlainInstruction {
  const record = decodeInstruction(bytes, 0);
  const isLinked = (record.flags & FLAG.linked) !== 0;
  return { ...record, bytes, isLinked, isPartial: (record.flags & FLAG.partial) !== 0 };
}
