/**
 * The judge of the fast executor, and what to run when in doubt: plain objects, maps of bigints, one pass, no threads.
 * It shares with the fast one only the record codecs and the digest, hash and signature primitives.
 */
import type { BatchInput } from "../batch-input.ts";
import type { BatchResult, ChunkResult } from "../batch-result.ts";
import { createSignatureCheck } from "../crypto/check-signature.ts";
import { cryptoKind } from "../crypto/crypto-kind.ts";
import { writeBatchFile } from "../formats/batch-file.ts";
import { createWordTables } from "../formats/batch-tables.ts";
import { encodeChunk } from "../formats/chunk-leaf.ts";
import { createDigester } from "../formats/digest.ts";
import { batchHash, modeByte } from "../formats/header.ts";
import { fromHex, toHex } from "../formats/hex.ts";
import { decodeInstruction, INSTRUCTION_AT, INSTRUCTION_BYTES } from "../formats/instruction-record.ts";
import { viewOf } from "../formats/integers.ts";
import { type Keccak, loadKeccak } from "../formats/keccak.ts";
import { decodeOrder, isOrderWellFormed, ORDER_AT, ORDER_BYTES } from "../formats/order-record.ts";
import { encodeReceipt, RECEIPT_BYTES } from "../formats/receipt.ts";
import { type PreparedBatch, prepareBatch } from "../prepare-batch.ts";
import { decideTrades, type PlainChunk } from "./decide-trades.ts";
import { decideOptimised } from "./optimised/decide-optimised.ts";
import { plainRoot } from "./plain-merkle.ts";
import { plainPositionsRoot } from "./plain-positions.ts";
import type { PlainInstruction, PlainOrder } from "./plain-trade.ts";

const ZERO_ID = `0x${"00".repeat(32)}`;

/** Runs a batch in one pass. Asynchronous only because WebAssembly starts so. */
export async function runSequential(input: BatchInput): Promise<BatchResult> {
  const keccak = await loadKeccak();
  const started = performance.now();
  const batch = prepareBatch(input);
  const ingested = performance.now();
  const orders = verifyOrders(batch, keccak);
  const verified = performance.now();
  const canonical = sequenceTrades(batch, orders, keccak);
  const sequenced = performance.now();
  const decide = batch.mode === "strict" ? decideTrades : decideOptimised;
  const { instructions, receipts: decided, chunks: plainChunks, ledger } = decide(batch, orders, canonical);
  const done = performance.now();

  const records = recordsOf(instructions);
  const receipts = new Uint8Array(decided.length * RECEIPT_BYTES);
  for (const receipt of decided) encodeReceipt(receipts, receipt.index * RECEIPT_BYTES, receipt);
  const chunks = plainChunks.map((chunk, index) => hashChunk(keccak, chunk, index, records, receipts));
  const orderIds = Buffer.concat(orders.map(({ id }) => fromHex(id, 32)));
  const file = writeBatchFile(batch, orderIds, recordsOf(canonical));
  const header = {
    number: batch.number,
    mode: modeByte(batch.mode),
    time: batch.time,
    openingBlock: batch.snapshot.openingBlock,
    instructionCount: decided.length,
    chunkCount: chunks.length,
    chunksRoot: toHex(
      plainRoot(
        keccak,
        chunks.map(({ leaf }) => fromHex(leaf, 32)),
      ),
    ),
    positionsRoot: toHex(plainPositionsRoot(keccak, ledger.positions())),
    fileHash: toHex(keccak(file)),
  };

  return {
    orderIds,
    orderStatus: Uint8Array.from(orders, ({ status }) => status),
    instructions: records,
    receipts,
    chunks,
    header,
    batchHash: batchHash(keccak, batch.snapshot.chainId, batch.snapshot.desk, header),
    file,
    run: {
      workers: 0,
      workersLost: 0,
      cryptoKind: cryptoKind(),
      signatures: orders.filter(({ status }) => status !== 1).length,
      timings: {
        ingest: ingested - started,
        verify: verified - ingested,
        sequence: sequenced - verified,
        ledger: done - sequenced,
        commit: performance.now() - done,
      },
    },
  };
}

function verifyOrders(batch: PreparedBatch, keccak: Keccak): PlainOrder[] {
  const { orders, tables, orderCount } = batch;
  const digester = createDigester(keccak, createWordTables(tables));
  const isSigned = createSignatureCheck(keccak);
  const view = viewOf(orders);

  return Array.from({ length: orderCount }, (_, index) => {
    const offset = index * ORDER_BYTES;
    const record = decodeOrder(orders, offset);
    if (!isOrderWellFormed(orders, view, offset, tables.assetIds.length, tables.currencies.length)) {
      return { ...record, id: ZERO_ID, status: 1 };
    }
    const id = new Uint8Array(32);
    digester.orderId(orders, view, offset, id, 0);
    const signed = isSigned(id, orders, offset + ORDER_AT.signature, offset + ORDER_AT.trader);
    return { ...record, id: toHex(id), status: signed ? 0 : 2 };
  });
}

function sequenceTrades(
  batch: PreparedBatch,
  orders: readonly PlainOrder[],
  keccak: Keccak,
): readonly PlainInstruction[] {
  const digester = createDigester(keccak, createWordTables(batch.tables));
  const ids = Buffer.concat(orders.map(({ id }) => fromHex(id, 32)));
  const known = { records: viewOf(batch.orders), count: orders.length, ids };
  const priorityOf = (order: PlainOrder | undefined) =>
    order === undefined || order.status === 1 ? 0 : order.priority;

  const unsorted = Array.from({ length: batch.instructionCount }, (_, place) => {
    const bytes = batch.instructions.slice(place * INSTRUCTION_BYTES, (place + 1) * INSTRUCTION_BYTES);
    const { buyOrder, sellOrder } = decodeInstruction(bytes, 0);
    bytes[INSTRUCTION_AT.priority] = Math.min(priorityOf(orders[buyOrder]), priorityOf(orders[sellOrder]));
    digester.tradeId(bytes, viewOf(bytes), 0, known);
    return { ...decodeInstruction(bytes, 0), bytes };
  });
  return unsorted.sort((a, b) => a.class - b.class || b.priority - a.priority || a.sequence - b.sequence);
}

function recordsOf(instructions: readonly PlainInstruction[]): Uint8Array {
  return new Uint8Array(Buffer.concat(instructions.map(({ bytes }) => bytes)));
}

function hashChunk(
  keccak: Keccak,
  { first, count, net, netHash }: PlainChunk,
  index: number,
  records: Uint8Array,
  receipts: Uint8Array,
): ChunkResult {
  const rootOf = (bytes: Uint8Array, size: number) =>
    plainRoot(
      keccak,
      Array.from({ length: count }, (_, i) => leaf(keccak, bytes.slice((first + i) * size, (first + i + 1) * size))),
    );
  const instructionsRoot = rootOf(records, INSTRUCTION_BYTES);
  const receiptsRoot = rootOf(receipts, RECEIPT_BYTES);

  return {
    index,
    firstInstruction: first,
    instructionCount: count,
    instructionsRoot: toHex(instructionsRoot),
    receiptsRoot: toHex(receiptsRoot),
    netHash,
    leaf: toHex(leaf(keccak, encodeChunk(index, first, count, instructionsRoot, receiptsRoot, fromHex(netHash, 32)))),
    net,
  };
}

function leaf(keccak: Keccak, bytes: Uint8Array): Uint8Array {
  return keccak(Buffer.concat([Uint8Array.of(0), bytes]));
}
