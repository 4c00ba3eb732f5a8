import { INSTRUCTION_AT, INSTRUCTION_BYTES } from "./formats/instruction-record.ts";
import { copyBytes, viewOf } from "./formats/integers.ts";
import { ORDER_AT, ORDER_BYTES } from "./formats/order-record.ts";
import type { PreparedBatch } from "./prepare-batch.ts";
import { ORDER_STATUS } from "./workers/jobs.ts";
import { sharedBytes } from "./workers/shared-bytes.ts";

/**
 * The instructions in canonical order: class ascending, priority descending, ingest sequence ascending. A trade has the
 * lower priority of its two orders; an order that is not in the batch, or is malformed, counts as normal.
 */
export function sequenceInstructions(batch: PreparedBatch, orderStatus: Uint8Array): Uint8Array {
  const { instructions, instructionCount: count } = batch;
  const source = viewOf(instructions);
  const orders = viewOf(batch.orders);
  const keys = new Float64Array(count);

  const priorityOf = (order: number) =>
    orderStatus[order] === undefined || orderStatus[order] === ORDER_STATUS.malformed
      ? 0
      : orders.getUint8(order * ORDER_BYTES + ORDER_AT.priority);

  for (let place = 0; place < count; place++) {
    const offset = place * INSTRUCTION_BYTES;
    const buy = priorityOf(source.getUint32(offset + INSTRUCTION_AT.buyOrder));
    const sell = priorityOf(source.getUint32(offset + INSTRUCTION_AT.sellOrder));
    const priority = Math.min(buy, sell);
    source.setUint8(offset + INSTRUCTION_AT.priority, priority);
    // 8 + 8 + 32 bits: exact in the 53 of a double
    keys[place] =
      (source.getUint8(offset + INSTRUCTION_AT.class) * 2 ** 8 + (255 - priority)) * 2 ** 32 +
      source.getUint32(offset + INSTRUCTION_AT.sequence);
  }

  const order = new Uint32Array(count).map((_, place) => place);
  order.sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);

  const sorted = sharedBytes(instructions.length);
  for (const [index, place] of order.entries()) {
    copyBytes(instructions, place * INSTRUCTION_BYTES, sorted, index * INSTRUCTION_BYTES, INSTRUCTION_BYTES);
  }
  return sorted;
}
