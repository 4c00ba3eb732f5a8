import type { BatchInput } from "../batch-input.ts";
import { requireInput } from "../errors.ts";
import type { PreparedBatch } from "../prepare-batch.ts";
import { BULK_BYTES } from "./bulk.ts";
import { canonicalJson, type Plain } from "./canonical-json.ts";
import { decodeAnswers } from "./contract-answers.ts";
import { toHex } from "./hex.ts";
import { INSTRUCTION_AT, INSTRUCTION_BYTES } from "./instruction-record.ts";
import { viewOf } from "./integers.ts";
import { ORDER_BYTES } from "./order-record.ts";
import { readOpening } from "./read-opening.ts";
import { plainSnapshot } from "./snapshot-json.ts";

const MAGIC = Buffer.from("MOIETYB1");

/**
 * The bytes of the batch file: all that anyone needs to run the batch again. `instructions` are in canonical order with
 * their ids. Of earlier fills and final trades only those that this batch names are kept; no other can change it.
 */
export function writeBatchFile(batch: PreparedBatch, orderIds: Uint8Array, instructions: Uint8Array): Uint8Array {
  const opening = Buffer.from(canonicalJson(openingOf(batch, orderIds, instructions)));
  const parts = [
    [opening, opening.length],
    [batch.orders, batch.orders.length / ORDER_BYTES],
    [instructions, instructions.length / INSTRUCTION_BYTES],
    ...sideTablesOf(batch),
  ] as const;
  const file = new Uint8Array(parts.reduce((length, [part]) => length + 4 + part.length, MAGIC.length));
  const view = viewOf(file);
  let offset = MAGIC.length;

  file.set(MAGIC);
  for (const [part, count] of parts) {
    view.setUint32(offset, count);
    file.set(part, offset + 4);
    offset += 4 + part.length;
  }
  return file;
}

/** What stands behind the instructions: nothing, if every order was signed by itself and no contract account was asked. */
function sideTablesOf({ bulks, contracts }: PreparedBatch): (readonly [Uint8Array, number])[] {
  const ofBulks = [bulks, bulks.length / BULK_BYTES] as const;
  if (contracts !== undefined) return [ofBulks, [contracts.file, contracts.file.length]];
  return bulks.length === 0 ? [] : [ofBulks];
}

function openingOf(batch: PreparedBatch, orderIds: Uint8Array, instructions: Uint8Array): Plain {
  const { number, time, maxChunkInstructions, maxChunkPositions, filled, alreadyFinal, snapshot } = batch;
  const orders = filled.size === 0 ? [] : idsIn(orderIds, 32, 0).filter((id) => filled.has(id));
  const trades = alreadyFinal.size === 0 ? [] : idsIn(instructions, INSTRUCTION_BYTES, INSTRUCTION_AT.id);

  return {
    ...plainSnapshot(snapshot),
    batch: { number, mode: "strict", time, maxChunkInstructions, maxChunkPositions },
    filled: orders.map((order) => ({ order, quantity: filled.get(order) ?? 0n })),
    final: trades.filter((id) => alreadyFinal.has(id)),
  };
}

/** The ids found every `stride` bytes, each once, sorted. */
function idsIn(bytes: Uint8Array, stride: number, offset: number): string[] {
  const ids = new Set<string>();
  for (let at = offset; at < bytes.length; at += stride) ids.add(toHex(bytes, at, 32));
  return [...ids].sort();
}

/** Reads a batch file back into the input that gives the same batch. Throws on anything truncated or left over. */
export function readBatchFile(file: Uint8Array): BatchInput {
  const view = viewOf(file);
  let offset = MAGIC.length;
  requireInput(MAGIC.equals(file.subarray(0, MAGIC.length)), "the file does not begin with MOIETYB1");

  function take(size: number, name: string): Uint8Array {
    requireInput(offset + 4 <= file.length, `the file ends before its ${name}`);
    const length = view.getUint32(offset) * size;
    requireInput(offset + 4 + length <= file.length, `the file ends within its ${name}`);
    offset += 4 + length;
    return file.subarray(offset - length, offset);
  }

  const opening = readOpening(Buffer.from(take(1, "snapshot")).toString("utf8"));
  const orders = take(ORDER_BYTES, "orders");
  const trades = take(INSTRUCTION_BYTES, "instructions");
  const bulks = offset + 4 > file.length ? new Uint8Array(0) : take(BULK_BYTES, "bulk signatures");
  const answers = offset + 4 > file.length ? undefined : decodeAnswers(take(1, "answers of contract accounts"));
  requireInput(offset === file.length, `${file.length - offset} bytes follow the batch`);

  return {
    ...opening,
    orders,
    trades,
    ...(bulks.length === 0 ? {} : { bulks }),
    ...(answers && { contracts: answers }),
  };
}
