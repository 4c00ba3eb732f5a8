/**
 * The judge of the fast executor, and what to run when in doubt: plain objects, maps of bigints, one pass, no threads.
 * It shares with the fast one only the record codecs and the digest, hash and signature primitives.
 */
import type { BatchInput } from "../batch-input.ts";
import type { BatchResult, ChunkResult } from "../batch-result.ts";
import { cryptoKind } from "../crypto/crypto-kind.ts";
import { writeBatchFile } from "../formats/batch-file.ts";
import { createWordTables } from "../formats/batch-tables.ts";
import { encodeChunk } from "../formats/chunk-leaf.ts";
import { createDigester } from "../formats/digest.ts";
import { batchHash, modeByte } from "../formats/header.ts";
import { fromHex, toHex } from "../formats/hex.ts";
import {
  decodeInstruction,
  INSTRUCTION_AT,
  INSTRUCTION_BYTES,
  type InstructionRecord,
  isMessageKind,
  KIND,
} from "../formats/instruction-record.ts";
import { viewOf } from "../formats/integers.ts";
import { type Keccak, loadKeccak } from "../formats/keccak.ts";
import { decodeOrder, isOrderWellFormed, ORDER_BYTES } from "../formats/order-record.ts";
import { encodeReceipt, RECEIPT_BYTES } from "../formats/receipt.ts";
import { type PreparedBatch, prepareBatch } from "../prepare-batch.ts";
import type { Snapshot } from "../snapshot.ts";
import { decideInstructions, type PlainChunk } from "./decide-instructions.ts";
import { decideOptimised } from "./optimised/decide-optimised.ts";
import { judgeBulks } from "./plain-bulks.ts";
import { sortChains } from "./plain-chains.ts";
import { plainRoot } from "./plain-merkle.ts";
import { plainMovements, plainMovementsRoot } from "./plain-movements.ts";
import { plainPositionsRoot } from "./plain-positions.ts";
import { createSignatureJudge } from "./plain-signatures.ts";
import type { PlainInstruction, PlainOrder } from "./plain-trade.ts";
import { plainInstruction } from "./read-plainly.ts";

const ZERO_ID = `0x${"00".repeat(32)}`;

/** Runs a batch in one pass. Asynchronous only because WebAssembly starts so. */
export async function runSequential(input: BatchInput): Promise<BatchResult> {
  const keccak = await loadKeccak();
  const started = performance.now();
  const batch = prepareBatch(input);
  const ingested = performance.now();
  const orders = verifyOrders(batch, keccak);
  const verified = performance.now();
  const canonical = sequenceInstructions(batch, orders, keccak);
  const sequenced = performance.now();
  const decide = batch.mode === "strict" ? decideInstructions : decideOptimised;
  const { instructions, receipts: decided, chunks: plainChunks, ledger } = decide(batch, orders, canonical);
  const done = performance.now();

  const records = recordsOf(instructions);
  const receipts = new Uint8Array(decided.length * RECEIPT_BYTES);
  for (const receipt of decided) encodeReceipt(receipts, receipt.index * RECEIPT_BYTES, receipt);
  const chunks = plainChunks.map((chunk, index) => hashChunk(keccak, batch.snapshot, chunk, index, records, receipts));
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
  const { orders, bulks, tables, orderCount } = batch;
  const digester = createDigester(keccak, createWordTables(tables));
  const isSigned = createSignatureJudge(keccak, batch);
  const view = viewOf(orders);

  const alone = Array.from({ length: orderCount }, (_, index) => {
    const offset = index * ORDER_BYTES;
    const record = decodeOrder(orders, offset);
    const { assetIds, currencies, accounts } = tables;
    if (!isOrderWellFormed(orders, view, offset, assetIds.length, currencies.length, accounts.length)) {
      return { ...record, id: ZERO_ID, status: 1 };
    }
    const id = new Uint8Array(32);
    digester.orderId(orders, view, offset, id, 0);
    return { ...record, id: toHex(id), status: isSigned(index, id, record.signature, record.trader) ? 0 : 2 };
  });

  const inBulk = judgeBulks(keccak, { orders, bulks, digester, isSigned }, (order) => alone[order]?.status ?? 1);
  return alone.map((order, index) => {
    const verdict = inBulk.get(index);
    return verdict === undefined || order.status === 1 ? order : { ...order, status: verdict ? 0 : 2 };
  });
}

function sequenceInstructions(
  batch: PreparedBatch,
  orders: readonly PlainOrder[],
  keccak: Keccak,
): readonly PlainInstruction[] {
  const digester = createDigester(keccak, createWordTables(batch.tables));
  const ids = Buffer.concat(orders.map(({ id }) => fromHex(id, 32)));
  const known = { records: viewOf(batch.orders), count: orders.length, ids };

  const unsorted = Array.from({ length: batch.instructionCount }, (_, place) => {
    const bytes = batch.instructions.slice(place * INSTRUCTION_BYTES, (place + 1) * INSTRUCTION_BYTES);
    bytes[INSTRUCTION_AT.priority] = priorityOf(decodeInstruction(bytes, 0), orders);
    digester.tradeId(bytes, viewOf(bytes), 0, known);
    return plainInstruction(bytes);
  });
  return sortChains(unsorted);
}

function recordsOf(instructions: readonly PlainInstruction[]): Uint8Array {
  return new Uint8Array(Buffer.concat(instructions.map(({ bytes }) => bytes)));
}

/** The lower priority of a trade's orders, or that of the one message; who is not there, or is malformed, counts as normal. */
function priorityOf({ kind, buyOrder, sellOrder }: InstructionRecord, orders: readonly PlainOrder[]): number {
  const of = (order: PlainOrder | undefined) => (order === undefined || order.status === 1 ? 0 : order.priority);
  if (kind === KIND.claim || kind === KIND.expire) return 0;
  return isMessageKind(kind) ? of(orders[buyOrder]) : Math.min(of(orders[buyOrder]), of(orders[sellOrder]));
}

function hashChunk(
  keccak: Keccak,
  snapshot: Snapshot,
  { first, count, net, netHash, moved }: PlainChunk,
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
  const movements = plainMovements(snapshot, moved);
  const movementsRoot = plainMovementsRoot(keccak, movements);
  const counts = { index, firstInstruction: first, instructionCount: count, movementCount: movements.length };
  const bytes = encodeChunk({
    ...counts,
    instructionsRoot,
    receiptsRoot,
    movementsRoot,
    netHash: fromHex(netHash, 32),
  });

  return {
    ...counts,
    instructionsRoot: toHex(instructionsRoot),
    receiptsRoot: toHex(receiptsRoot),
    movementsRoot: toHex(movementsRoot),
    netHash,
    leaf: toHex(leaf(keccak, bytes)),
    net,
  };
}

function leaf(keccak: Keccak, bytes: Uint8Array): Uint8Array {
  return keccak(Buffer.concat([Uint8Array.of(0), bytes]));
}
