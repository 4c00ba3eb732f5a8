import {
  type BatchInput,
  DEFAULT_MAX_CHUNK_INSTRUCTIONS,
  DEFAULT_MAX_CHUNK_POSITIONS,
  MAX_CHUNK_POSITIONS,
  MIN_CHUNK_POSITIONS,
} from "./batch-input.ts";
import { checkChains } from "./check-chains.ts";
import { checkPackedSnapshot } from "./check-packed-snapshot.ts";
import { checkSnapshot } from "./check-snapshot.ts";
import { requireInput } from "./errors.ts";
import { type BatchTables, createBatchTables } from "./formats/batch-tables.ts";
import { encodeBulks } from "./formats/bulk.ts";
import { engineUnitOf } from "./formats/digest.ts";
import type { BatchMode } from "./formats/header.ts";
import { isHex } from "./formats/hex.ts";
import {
  encodeInstruction,
  INSTRUCTION_BYTES,
  type InstructionInput,
  NO_MESSAGE,
} from "./formats/instruction-record.ts";
import { MAX_AMOUNT, requireBits, viewOf } from "./formats/integers.ts";
import { HASH_BYTES } from "./formats/merkle.ts";
import { encodeMessage } from "./formats/message-record.ts";
import { ORDER_BYTES } from "./formats/order-record.ts";
import { type PackedSnapshot, packedOf, packSnapshot, snapshotOf } from "./packed-snapshot.ts";
import type { Snapshot } from "./snapshot.ts";
import { type PackedAnswers, packAnswers } from "./verify/packed-answers.ts";
import { sharedBytes, sharedCopy } from "./workers/shared-bytes.ts";

/** A batch as records: what both the fast and the plain way start from. */
export interface PreparedBatch {
  readonly number: bigint;
  readonly mode: BatchMode;
  readonly time: bigint;
  /** From when on nothing waits any longer; undefined in a strict batch. */
  readonly recycleUntil: bigint | undefined;
  /** As objects; those of a packed snapshot are made when somebody asks for them. */
  readonly snapshot: Snapshot;
  /** In columns; those of a snapshot of objects are made when somebody asks for them. */
  readonly packed: PackedSnapshot;
  /** Whether the snapshot came in columns: then its batch file has columns, too. */
  readonly isPacked: boolean;
  /** Hash of the batch file that this batch follows, whose end is its opening. Undefined if it brings its own. */
  readonly follows: string | undefined;
  readonly tables: BatchTables;
  readonly orders: Uint8Array;
  readonly orderCount: number;
  /** Records of the signatures over many orders at once; none if there are none. */
  readonly bulks: Uint8Array;
  /** What contract accounts said about signatures; undefined if none was asked. */
  readonly contracts: PackedAnswers | undefined;
  /** Records in ingest order, without ids and priorities. */
  readonly instructions: Uint8Array;
  /** Whether they are nobody else's, so that they may be put in order where they are. */
  readonly ownsInstructions: boolean;
  readonly instructionCount: number;
  /** Whether an instruction is linked with another. */
  readonly hasChains: boolean;
  readonly alreadyFinal: ReadonlySet<string>;
  readonly filled: ReadonlyMap<string, bigint>;
  readonly maxChunkInstructions: number;
  readonly maxChunkPositions: number;
}

/** Checks `input` and writes its orders and trades as records. Throws what no receipt can say. */
export function prepareBatch(input: BatchInput): PreparedBatch {
  const forms = checkForms(input.snapshot);
  const addresses = forms.isPacked ? forms.packed.accounts.addresses : undefined;
  const { follows } = input;
  requireInput(follows === undefined || isHex(follows, HASH_BYTES), `"${follows}" is not the hash of a batch file`);

  return {
    ...prepareRecords(input, createBatchTables(forms.snapshot, addresses)),
    snapshot: forms.snapshot,
    get packed() {
      return forms.packed;
    },
    isPacked: forms.isPacked,
    follows: follows?.toLowerCase(),
    alreadyFinal: new Set([...(input.alreadyFinal ?? [])].map(normalId)),
    filled: new Map([...(input.filled ?? [])].map(([id, quantity]) => [normalId(id), requireAmount(quantity, id)])),
  };
}

/** The part of a prepared batch that does not depend on what it opens with, except for the tables. */
export type PreparedRecords = Omit<
  PreparedBatch,
  "snapshot" | "packed" | "isPacked" | "follows" | "alreadyFinal" | "filled"
>;

/** Checks what `input` says of itself, and writes its orders and trades as records. */
export function prepareRecords(
  input: Omit<BatchInput, "snapshot" | "alreadyFinal" | "filled">,
  tables: BatchTables,
): PreparedRecords {
  const { maxChunkInstructions = DEFAULT_MAX_CHUNK_INSTRUCTIONS, maxChunkPositions = DEFAULT_MAX_CHUNK_POSITIONS } =
    input;
  requireBits(input.number, 64, "batch number");
  requireBits(input.time, 64, "batch time");
  requireInput(input.mode === "strict" || input.mode === "optimised", `"${input.mode}" is no mode`);
  requireInput(input.mode === "optimised" || input.recycleUntil === undefined, "in a strict batch nothing waits");
  requireBits(input.recycleUntil ?? 0n, 64, "recycleUntil");
  requireInput(
    Number.isSafeInteger(maxChunkInstructions) && maxChunkInstructions >= 1,
    `maxChunkInstructions ${maxChunkInstructions} is not at least 1`,
  );
  requireInput(
    Number.isInteger(maxChunkPositions) &&
      maxChunkPositions >= MIN_CHUNK_POSITIONS &&
      maxChunkPositions <= MAX_CHUNK_POSITIONS,
    `maxChunkPositions ${maxChunkPositions} is not from ${MIN_CHUNK_POSITIONS} to ${MAX_CHUNK_POSITIONS}`,
  );
  const orders = encodeOrders(input.orders, tables);
  const instructions = encodeTrades(input.trades, orders, tables);

  return {
    number: input.number,
    mode: input.mode,
    recycleUntil: input.recycleUntil,
    time: input.time,
    tables,
    orders,
    orderCount: orders.length / ORDER_BYTES,
    bulks: encodeBulks(input.bulks ?? [], orders.length / ORDER_BYTES),
    contracts: input.contracts === undefined ? undefined : packAnswers(input.contracts, orders),
    instructions,
    ownsInstructions: input.givesTrades === true || instructions !== input.trades,
    instructionCount: instructions.length / INSTRUCTION_BYTES,
    hasChains: checkChains(instructions),
    maxChunkInstructions,
    maxChunkPositions,
  };
}

/** Checks a snapshot in the form in which it came; the other form is made on demand. */
function checkForms(snapshot: Snapshot): Pick<PreparedBatch, "snapshot" | "packed" | "isPacked"> {
  const columns = packedOf(snapshot);
  if (columns !== undefined) {
    const packed = checkPackedSnapshot(columns);
    return { snapshot: snapshotOf(packed), packed, isPacked: true };
  }
  const checked = checkSnapshot(snapshot);
  let packed: PackedSnapshot | undefined;
  return {
    snapshot: checked,
    get packed() {
      packed ??= packSnapshot(checked);
      return packed;
    },
    isPacked: false,
  };
}

/** The records of `orders` in shared memory. */
export function encodeOrders(orders: BatchInput["orders"], tables: BatchTables): Uint8Array {
  if (orders instanceof Uint8Array) return shareRecords(orders, ORDER_BYTES, "order");

  const records = sharedBytes(orders.length * ORDER_BYTES);
  const view = viewOf(records);
  for (const [index, order] of orders.entries()) encodeMessage(view, index * ORDER_BYTES, order, tables);
  return records;
}

function encodeTrades(
  trades: readonly InstructionInput[] | Uint8Array,
  orders: Uint8Array,
  tables: BatchTables,
): Uint8Array {
  if (trades instanceof Uint8Array) return shareRecords(trades, INSTRUCTION_BYTES, "instruction");

  const records = sharedBytes(trades.length * INSTRUCTION_BYTES);
  const view = viewOf(records);
  const ordersView = viewOf(orders);
  const orderCount = orders.length / ORDER_BYTES;
  for (const [sequence, trade] of trades.entries()) {
    const [buy, sell] = "buyOrder" in trade ? [trade.buyOrder, sellOrderOf(trade)] : [NO_MESSAGE, NO_MESSAGE];
    const unit = engineUnitOf(ordersView, orderCount, buy, sell, tables.engineUnits);
    encodeInstruction(view, sequence * INSTRUCTION_BYTES, trade, sequence, unit);
  }
  return records;
}

/** The selling order of an instruction, if it has one. */
function sellOrderOf(trade: InstructionInput): number {
  return "sellOrder" in trade ? trade.sellOrder : NO_MESSAGE;
}

/** Records where threads can read them: those that are in shared memory already stay where they are. */
function shareRecords(records: Uint8Array, size: number, name: string): Uint8Array {
  requireInput(records.length % size === 0, `${records.length} bytes are no whole number of ${name} records`);
  if (records.buffer instanceof SharedArrayBuffer && records.byteOffset % 8 === 0) return records;

  return sharedCopy(records);
}

function normalId(id: string): string {
  requireInput(isHex(id, 32), `"${id}" is not an id`);
  return id.toLowerCase();
}

function requireAmount(quantity: bigint, id: string): bigint {
  requireInput(quantity >= 0n && quantity <= MAX_AMOUNT, `${quantity} filled of order ${id}`);
  return quantity;
}
