import { toHex } from "../formats/hex.ts";
import { INSTRUCTION_AT, INSTRUCTION_BYTES } from "../formats/instruction-record.ts";
import { copyBytes, viewOf } from "../formats/integers.ts";
import { CODE } from "../formats/reason-codes.ts";
import { RECEIPT_AT, RECEIPT_BYTES } from "../formats/receipt.ts";
import type { PreparedBatch } from "../prepare-batch.ts";
import { ChunkLedger, type ClosedChunk } from "./chunk-ledger.ts";
import { KeyTable } from "./key-table.ts";
import { loadOrders } from "./orders.ts";
import { type Screen, screenTrade, type Trade } from "./screen-trade.ts";
import { loadWorld } from "./world.ts";

/**
 * Runs the instructions one after another in canonical order, on one thread: this is what decides, and next to the
 * signatures before it it costs little. Writes one receipt each.
 */
export function runLedger(
  batch: PreparedBatch,
  orderIds: Uint8Array,
  orderStatus: Uint8Array,
  instructions: Uint8Array,
  receipts: Uint8Array,
): ClosedChunk[] {
  const count = batch.instructionCount;
  const world = loadWorld(batch.snapshot);
  const orders = loadOrders(batch, orderIds, orderStatus);
  const finalIds = batch.alreadyFinal;
  const screen: Screen = {
    time: batch.time,
    instructions,
    view: viewOf(instructions),
    orders,
    world,
    seen: new KeyTable(32, count),
    wasFinal: (index) =>
      finalIds.size > 0 && finalIds.has(toHex(instructions, index * INSTRUCTION_BYTES + INSTRUCTION_AT.id, 32)),
  };
  const chunk = new ChunkLedger(world);
  const closed: ClosedChunk[] = [];
  const writeReceipt = createReceiptWriter(instructions, receipts);

  for (let index = 0; index < count; index++) {
    if (index - chunk.first === batch.maxChunkInstructions) closed.push(chunk.close(index));

    const screened = screenTrade(screen, index);
    let code = typeof screened === "number" ? screened : CODE.accepted;
    if (typeof screened !== "number") {
      if (!chunk.hasRoomFor(screened, batch.maxChunkPositions)) closed.push(chunk.close(index));
      code = chunk.checkMandates(screened);
      if (code === CODE.accepted) {
        chunk.settle(screened);
        for (const order of [screened.buyOrder, screened.sellOrder]) {
          const fill = orders.fill[order] ?? 0;
          orders.filled[fill] = (orders.filled[fill] ?? 0n) + screened.quantity;
        }
      }
    }

    writeReceipt(index, code, closed.length, typeof screened === "number" ? undefined : screened);
  }
  if (chunk.first < count) closed.push(chunk.close(count));

  return closed;
}

function createReceiptWriter(instructions: Uint8Array, receipts: Uint8Array) {
  const view = viewOf(receipts);

  return (index: number, code: number, chunk: number, trade: Trade | undefined): void => {
    const instruction = index * INSTRUCTION_BYTES;
    const receipt = index * RECEIPT_BYTES;
    const settled = code === CODE.accepted ? trade : undefined;

    copyBytes(instructions, instruction + INSTRUCTION_AT.id, receipts, receipt + RECEIPT_AT.id, 32);
    view.setUint32(receipt + RECEIPT_AT.index, index);
    view.setUint16(receipt + RECEIPT_AT.code, code);
    view.setUint16(receipt + RECEIPT_AT.attempt, instructions[instruction + INSTRUCTION_AT.attempt] ?? 0);
    view.setBigUint64(receipt + RECEIPT_AT.quantity, settled?.quantity ?? 0n);
    view.setBigUint64(receipt + RECEIPT_AT.cash, settled?.cash ?? 0n);
    view.setUint32(receipt + RECEIPT_AT.chunk, chunk);
  };
}
