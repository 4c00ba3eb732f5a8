import type { BatchInput } from "../batch-input.ts";
import { type BatchResult, instructionsOf, receiptsOf } from "../batch-result.ts";
import { requireInput } from "../errors.ts";
import { type BatchTables, createBatchTables } from "../formats/batch-tables.ts";
import { type BulkSignature, encodeBulks } from "../formats/bulk.ts";
import type { LongSignature } from "../formats/contract-answers.ts";
import { INSTRUCTION_AT, INSTRUCTION_BYTES, type InstructionRecord } from "../formats/instruction-record.ts";
import { viewOf } from "../formats/integers.ts";
import { ORDER_BYTES } from "../formats/order-record.ts";
import { isWaiting } from "../formats/reason-codes.ts";
import type { Receipt } from "../formats/receipt.ts";
import { encodeOrders, prepareRecords } from "../prepare-batch.ts";
import { MAX_ATTEMPT } from "./limits.ts";
import { bulksAround, joinBulks, placesIn } from "./moved-bulks.ts";
import { MovedTables } from "./moved-tables.ts";

/** A batch that has been run. */
export interface RunBatch {
  readonly input: BatchInput;
  readonly result: BatchResult;
}

/**
 * `next` with what waits in the batch before it: its orders before all of `next`'s own, its instructions likewise, in the order in
 * which they first came in, each with one attempt more. The canonical order then places them among the others by class,
 * priority and ingest sequence. An order that was signed in bulk brings all others of its tree with it, because only together
 * they show what was signed. Throws if the snapshot of `next` lacks an asset, currency or account that the orders need, or if
 * contract accounts were asked about `next` before.
 */
export function recycle(run: RunBatch, next: BatchInput): BatchInput {
  return bringBack(run, next, ({ code }) => isWaiting(code)).input;
}

/** What chunks that did not settle leave to the next batch. */
export interface Recycled {
  readonly input: BatchInput;
  /** Signatures that are no 65 bytes, at the places in which their orders now stand. */
  readonly signatures: readonly LongSignature[];
}

/**
 * `next` with everything that stood in chunks outside `settled`, accepted or not, and what waits: whatever those chunks decided
 * never came to be. Instructions in `givenUp`, by id, stay behind.
 */
export function recycleChunks(
  run: RunBatch,
  settled: ReadonlySet<number>,
  next: BatchInput,
  givenUp: ReadonlySet<string> = new Set(),
): Recycled {
  return bringBack(run, next, ({ id, chunk, code }) => {
    return (!settled.has(chunk) || isWaiting(code)) && !givenUp.has(id);
  });
}

function bringBack({ input, result }: RunBatch, next: BatchInput, comesBack: (receipt: Receipt) => boolean): Recycled {
  const instructions = instructionsOf(result);
  const waiting = receiptsOf(result)
    .filter(comesBack)
    .flatMap(({ index }) => instructions[index] ?? [])
    .filter(({ attempt }) => attempt < MAX_ATTEMPT)
    .sort((one, other) => one.sequence - other.sequence);
  if (waiting.length === 0) return { input: next, signatures: [] };

  requireInput(
    next.contracts === undefined,
    "contract accounts are asked about a batch when all of its orders are in it",
  );
  const [before, now] = [createBatchTables(input.snapshot), createBatchTables(next.snapshot)];
  const moved = new MovedTables(before, now);
  const own = prepareRecords(next, now);
  const given = encodeOrders(input.orders, before);
  const named = waiting.flatMap((instruction) => moved.messagesOf(instruction));
  const bulks = bulksAround(encodeBulks(input.bulks ?? [], given.length / ORDER_BYTES), named);
  const orders = recycledOrders(named, bulks, given, moved);
  const count = orders.records.length / ORDER_BYTES;
  const records = recycledRecords(waiting, result, orders.placeOf, moved);
  const shifted = shift(own.instructions, count, waiting.length, now);
  const joinedBulks = joinBulks(bulks, orders.placeOf, own.bulks, count, own.orderCount);
  const signatures = (input.contracts?.signatures ?? []).flatMap(({ order, signature }) => {
    const place = orders.placeOf.get(order);
    return place === undefined ? [] : [{ order: place, signature }];
  });

  const joined = {
    ...next,
    orders: new Uint8Array(Buffer.concat([orders.records, own.orders])),
    trades: new Uint8Array(Buffer.concat([records, shifted])),
    ...(joinedBulks.length > 0 && { bulks: joinedBulks }),
  };
  return { input: joined, signatures };
}

/** The orders and messages at `named` and all of `bulks`, each once, and where they stand now. */
function recycledOrders(
  named: readonly number[],
  bulks: readonly BulkSignature[],
  orders: Uint8Array,
  moved: MovedTables,
) {
  const wanted = new Set([...named, ...bulks.flatMap(placesIn)]);
  const places = [...wanted].filter((place) => place < orders.length / ORDER_BYTES).sort((a, b) => a - b);
  const records = new Uint8Array(places.length * ORDER_BYTES);
  for (const [index, place] of places.entries()) {
    records.set(orders.subarray(place * ORDER_BYTES, (place + 1) * ORDER_BYTES), index * ORDER_BYTES);
    moved.moveMessage(records, index * ORDER_BYTES);
  }
  return { records, placeOf: new Map(places.map((place, index) => [place, index])) };
}

function recycledRecords(
  waiting: readonly InstructionRecord[],
  { instructions }: BatchResult,
  placeOf: ReadonlyMap<number, number>,
  moved: MovedTables,
): Uint8Array {
  const records = new Uint8Array(waiting.length * INSTRUCTION_BYTES);
  const view = viewOf(records);
  const source = new Map(
    Array.from({ length: instructions.length / INSTRUCTION_BYTES }, (_, place) => {
      const bytes = instructions.subarray(place * INSTRUCTION_BYTES, (place + 1) * INSTRUCTION_BYTES);
      return [viewOf(bytes).getUint32(INSTRUCTION_AT.sequence), bytes] as const;
    }),
  );

  for (const [sequence, instruction] of waiting.entries()) {
    const offset = sequence * INSTRUCTION_BYTES;
    records.set(source.get(instruction.sequence) ?? new Uint8Array(0), offset);
    view.setUint8(offset + INSTRUCTION_AT.attempt, instruction.attempt + 1);
    view.setUint32(offset + INSTRUCTION_AT.sequence, sequence);
    const [first, second] = moved.placesOf(instruction, placeOf);
    view.setUint32(offset + INSTRUCTION_AT.buyOrder, first);
    view.setUint32(offset + INSTRUCTION_AT.sellOrder, second);
  }
  return records;
}

/** Instructions whose orders stand `orders` further back, and which come in `count` later. */
function shift(instructions: Uint8Array, orders: number, count: number, tables: BatchTables): Uint8Array {
  const records = instructions.slice();
  const view = viewOf(records);
  const stays = new MovedTables(tables, tables);

  for (let offset = 0; offset < records.length; offset += INSTRUCTION_BYTES) {
    view.setUint32(offset + INSTRUCTION_AT.sequence, view.getUint32(offset + INSTRUCTION_AT.sequence) + count);
    for (const field of stays.messageFields(view.getUint8(offset + INSTRUCTION_AT.kind))) {
      const place = view.getUint32(offset + field) + orders;
      view.setUint32(offset + field, Math.min(place, 0xffffffff));
    }
  }
  return records;
}
