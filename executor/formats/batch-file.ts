import type { BatchInput } from "../batch-input.ts";
import { requireInput } from "../errors.ts";
import type { PackedSnapshot, SnapshotTables } from "../packed-snapshot.ts";
import type { PreparedBatch } from "../prepare-batch.ts";
import { BULK_BYTES } from "./bulk.ts";
import { canonicalJson, type Plain } from "./canonical-json.ts";
import { decodeAnswers } from "./contract-answers.ts";
import { toHex } from "./hex.ts";
import { INSTRUCTION_AT, INSTRUCTION_BYTES } from "./instruction-record.ts";
import { viewOf } from "./integers.ts";
import { ORDER_BYTES } from "./order-record.ts";
import { columnParts, readColumns } from "./packed-columns.ts";
import { readFollowing, readOpening, readPackedOpening } from "./read-opening.ts";
import { plainSnapshot, plainTables } from "./snapshot-json.ts";

const MAGIC = Buffer.from("MOIETYB1");
const PACKED_MAGIC = Buffer.from("MOIETYB2");
const FOLLOWING_MAGIC = Buffer.from("MOIETYB3");

/**
 * The batch file in parts, to be hashed and written one after another: all that anyone needs to run the batch again.
 * `instructions` are in canonical order with their ids. Of earlier fills and final trades only those that this batch names are
 * kept; no other can change it. Long parts are the batch's own memory and not copies of it.
 */
export function batchFileParts(batch: PreparedBatch, orderIds: Uint8Array, instructions: Uint8Array): Uint8Array[] {
  const { orders, orderCount, instructionCount } = batch;
  const hasColumns = batch.follows === undefined && batch.isPacked;
  const opening = Buffer.from(canonicalJson(openingOf(batch, orderIds, instructions)));

  return [
    batch.follows !== undefined ? FOLLOWING_MAGIC : hasColumns ? PACKED_MAGIC : MAGIC,
    countOf(opening.length),
    opening,
    ...(hasColumns ? columnParts(batch.packed) : []),
    countOf(orderCount),
    orders,
    countOf(instructionCount),
    instructions,
    ...sideTables(batch),
  ];
}

/** The bytes of the batch file. */
export function writeBatchFile(batch: PreparedBatch, orderIds: Uint8Array, instructions: Uint8Array): Uint8Array {
  return joinParts(batchFileParts(batch, orderIds, instructions));
}

/** Parts one after another. */
export function joinParts(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

function countOf(count: number): Uint8Array {
  const bytes = new Uint8Array(4);
  viewOf(bytes).setUint32(0, count);
  return bytes;
}

/** What stands behind the instructions: nothing, if every order was signed by itself and no contract account was asked. */
function sideTables({ bulks, contracts }: PreparedBatch): Uint8Array[] {
  const ofBulks = [countOf(bulks.length / BULK_BYTES), bulks];
  if (contracts !== undefined) return [...ofBulks, countOf(contracts.file.length), contracts.file];
  return bulks.length === 0 ? [] : ofBulks;
}

function openingOf(batch: PreparedBatch, orderIds: Uint8Array, instructions: Uint8Array): Plain {
  const { number, mode, time, recycleUntil, maxChunkInstructions, maxChunkPositions } = batch;
  const { filled, alreadyFinal, isPacked, follows } = batch;
  const recycling = recycleUntil === undefined ? {} : { recycleUntil };
  const terms = { number, mode, time, ...recycling, maxChunkInstructions, maxChunkPositions };
  if (follows !== undefined) {
    const { chainId, desk, openingBlock } = batch.snapshot;
    return { chainId, desk, openingBlock, follows, batch: terms };
  }
  const orders = filled.size === 0 ? [] : idsIn(orderIds, 32, 0).filter((id) => filled.has(id));
  const trades = alreadyFinal.size === 0 ? [] : idsIn(instructions, INSTRUCTION_BYTES, INSTRUCTION_AT.id);

  return {
    ...(isPacked ? plainTables(batch.packed) : plainSnapshot(batch.snapshot)),
    batch: terms,
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

/** Whether the file is of a batch that follows another one. */
export function isFollowing(file: Uint8Array): boolean {
  return FOLLOWING_MAGIC.equals(file.subarray(0, FOLLOWING_MAGIC.length));
}

/** What a batch opens with: positions, and what earlier batches have filled and used up. */
export type Opening = Pick<BatchInput, "snapshot" | "filled" | "alreadyFinal">;

/**
 * Reads a batch file back into the input that gives the same batch. One that follows another batch needs what that one left;
 * `openingAfter` finds it by the hash of its file. Throws on anything truncated or left over.
 */
export function readBatchFile(file: Uint8Array, openingAfter?: (fileHash: string) => Opening): BatchInput {
  const view = viewOf(file);
  let offset = MAGIC.length;
  const magic = file.subarray(0, MAGIC.length);
  const isKnown = [MAGIC, PACKED_MAGIC, FOLLOWING_MAGIC].some((known) => known.equals(magic));
  requireInput(isKnown, "the file begins with none of MOIETYB1, MOIETYB2 and MOIETYB3");

  function take(size: number, name: string): Uint8Array {
    requireInput(offset + 4 <= file.length, `the file ends before its ${name}`);
    const length = view.getUint32(offset) * size;
    requireInput(offset + 4 + length <= file.length, `the file ends within its ${name}`);
    offset += 4 + length;
    return file.subarray(offset - length, offset);
  }
  function takeColumns(tables: SnapshotTables): PackedSnapshot {
    const { packed, end } = readColumns(file, offset, tables);
    offset = end;
    return packed;
  }
  function openFollowing(json: string): Omit<BatchInput, "orders" | "trades"> {
    const { follows, chainId, desk, openingBlock, batch } = readFollowing(json);
    requireInput(
      openingAfter !== undefined,
      `the batch follows the one with the file ${follows}, which is not at hand`,
    );
    const opening = openingAfter(follows);
    const isSame = chainId === opening.snapshot.chainId && desk === opening.snapshot.desk;
    requireInput(isSame, `the batch is of chain ${chainId}, desk ${desk}, unlike the one that it follows`);
    requireInput(
      openingBlock === opening.snapshot.openingBlock,
      `the batch opens at block ${openingBlock}, unlike the one that it follows`,
    );
    return { ...batch, ...opening, follows };
  }

  const json = Buffer.from(take(1, "snapshot")).toString("utf8");
  const opening = FOLLOWING_MAGIC.equals(magic)
    ? openFollowing(json)
    : PACKED_MAGIC.equals(magic)
      ? readPackedOpening(json, takeColumns)
      : readOpening(json);
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
