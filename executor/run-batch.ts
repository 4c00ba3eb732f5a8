import { availableParallelism } from "node:os";
import type { BatchInput } from "./batch-input.ts";
import type { BatchResult } from "./batch-result.ts";
import { commitBatch } from "./commit-batch.ts";
import { cryptoKind } from "./crypto/crypto-kind.ts";
import { batchFileParts, joinParts } from "./formats/batch-file.ts";
import { createWordTables, type WordTables } from "./formats/batch-tables.ts";
import { batchHash } from "./formats/header.ts";
import { hashParts, loadKeccak } from "./formats/keccak.ts";
import { HASH_BYTES } from "./formats/merkle.ts";
import { ORDER_BYTES } from "./formats/order-record.ts";
import { openLedger, runLedgerOn, type SplitOptions } from "./ledger/run-ledger.ts";
import type { LedgerMode } from "./ledger/split/choose-split.ts";
import { runOptimised, type SequencedBatch, type SettledBatch } from "./optimised/run-optimised.ts";
import { type PreparedBatch, type PreparedRecords, prepareBatch } from "./prepare-batch.ts";
import { sequenceInstructions } from "./sequence.ts";
import { type ChunkSettler, settleBatch } from "./settle-batch.ts";
import { closingPositions } from "./tree/closing-positions.ts";
import type { KnownMessages } from "./verify/known-messages.ts";
import { runBulks } from "./verify/run-bulks.ts";
import { ORDER_STATUS } from "./workers/jobs.ts";
import { type JobRunner, type RunOptions, sharedPool } from "./workers/pool.ts";
import { sharedBytes } from "./workers/shared-bytes.ts";

/** The stages of a batch, in order. */
export type Stage = "verify" | "sequence" | "commit";

export interface BatchOptions {
  /** Worker threads; 0 runs everything in the calling thread. Left out: one per core, and none for a small batch. */
  readonly workers?: number;
  /** A pool of your own instead of the one that batches of this process share. */
  readonly pool?: JobRunner;
  readonly onProgress?: (stage: Stage, done: number, total: number) => void;
  readonly signal?: AbortSignal;
  /** Signatures that were valid in earlier batches, see `createKnownMessages`. Left out: every one is recovered. */
  readonly known?: KnownMessages;
  /** Whether the ledger runs in parallel. Left out: where it is worth it. The outcome is the same. */
  readonly ledger?: LedgerMode;
  /** Called with the batch file as soon as the order is fixed; nothing is decided before it has returned. */
  readonly onSequenced?: (file: Uint8Array) => Promise<void>;
  /** What the signatures came to when the batch was run before, a byte per order: they are not looked at again. For replays. */
  readonly recorded?: Uint8Array;
  /** Settles one chunk on chain; called for each in order once the batch is decided. */
  readonly settle?: ChunkSettler;
}

/** Below this many orders, telling worker threads costs more than they save. */
const SMALL_BATCH = 256;

/** Orders that a worker takes at once: some 5 ms of signatures. */
export const VERIFY_PIECE = 64;

/** Instructions that a worker takes at once: a millisecond or two of hashes. */
const IDENTIFY_PIECE = 256;

/**
 * Runs a batch: verifies its orders on worker threads, puts its trades in canonical order, decides them one by one, cuts
 * them into chunks and commits to the outcome. Equal, byte for byte, to `runSequential(input)`.
 */
export async function runBatch(input: BatchInput, options: BatchOptions = {}): Promise<BatchResult> {
  const { signal, onProgress } = options;
  const keccak = await loadKeccak();
  const pool = options.pool ?? (await sharedPool(options.workers ?? defaultWorkers(input)));
  const lostBefore = pool.lost;
  const lap = createStopwatch();
  const watch = (stage: Stage) => ({
    ...(signal === undefined ? {} : { signal }),
    onProgress: (done: number, total: number) => onProgress?.(stage, done, total),
  });

  const batch = prepareBatch(input);
  const tables = createWordTables(batch.tables);
  const ingest = lap();

  const verified = await verifyOrders(batch, tables, pool, watch("verify"), options.known, options.recorded);
  const verify = lap();

  const sequenced = await sequenceBatch(batch, tables, verified, pool, watch("sequence"));
  const sequence = lap();

  const parts = batchFileParts(batch, verified.orderIds, sequenced);
  const file = onceJoined(parts);
  await options.onSequenced?.(file());
  const logging = lap();

  const how = { pool, ...(options.ledger && { mode: options.ledger }), ...(signal && { signal }) };
  const decision = await decide(batch, { ...verified, instructions: sequenced }, how);
  const { instructions, receipts, moved, closed, state, residue } = decision;
  const ledger = lap();

  const positions = closingPositions(batch.packed, state);
  const decided = { instructions, receipts, moved, closed, state, positions, fileHash: () => hashParts(parts) };
  const { chunks, header } = await commitBatch(batch, decided, pool, watch("commit"));
  const hash = batchHash(keccak, batch.snapshot.chainId, batch.snapshot.desk, header);
  const commit = lap();

  const result: BatchResult = {
    ...verified,
    instructions,
    receipts,
    chunks,
    header,
    batchHash: hash,
    get file() {
      return file();
    },
    run: {
      workers: pool.size,
      workersLost: pool.lost - lostBefore,
      cryptoKind: cryptoKind(),
      signatures: countChecked(verified.orderStatus),
      timings: { ingest, verify, sequence, ledger, commit: logging + commit },
      ...(residue !== undefined && { residue }),
    },
  };
  if (options.settle !== undefined) await settleBatch(result, options.settle, signal);
  return result;
}

/** What the verify stage says of a batch's orders. */
export interface VerifiedOrders {
  /** 32 bytes per order; zero if it is malformed. */
  readonly orderIds: Uint8Array;
  /** One byte per order. */
  readonly orderStatus: Uint8Array;
}

/** Digest and signature of every order; with `recorded`, what the signatures came to before, the digests alone. */
export async function verifyOrders(
  { orders, orderCount: total, bulks, contracts }: PreparedRecords,
  tables: WordTables,
  pool: JobRunner,
  options: RunOptions,
  known?: KnownMessages,
  recorded?: Uint8Array,
): Promise<VerifiedOrders> {
  const orderIds = sharedBytes(HASH_BYTES * total);
  const orderStatus = sharedBytes(total);
  const hasBulks = bulks.length > 0 && recorded === undefined;
  const structHashes = hasBulks ? sharedBytes(HASH_BYTES * total) : undefined;
  const messages = { tables, orders, contracts, ids: orderIds, status: orderStatus, structHashes, known, recorded };
  await pool.run({ kind: "verify", total, pieceSize: VERIFY_PIECE, ...messages }, options);
  if (structHashes !== undefined) {
    await runBulks({ tables, orders, contracts, bulks, status: orderStatus, structHashes }, pool, options);
  }
  return { orderIds, orderStatus };
}

/** Instructions in canonical order, with their ids. */
export async function sequenceBatch(
  batch: PreparedRecords,
  tables: WordTables,
  { orderIds, orderStatus }: VerifiedOrders,
  pool: JobRunner,
  options: RunOptions,
): Promise<Uint8Array> {
  const { orders, instructionCount: total } = batch;
  const instructions = sequenceInstructions(batch, orderStatus);
  await pool.run(
    { kind: "identify", total, pieceSize: IDENTIFY_PIECE, tables, orders, orderIds, instructions },
    options,
  );
  return instructions;
}

/** A function that joins `parts` when it is first called. */
export function onceJoined(parts: readonly Uint8Array[]): () => Uint8Array {
  let joined: Uint8Array | undefined;
  return () => {
    joined ??= joinParts(parts);
    return joined;
  };
}

/** A decided batch, and what the parallel ledger says of itself. */
type Decision = SettledBatch & { readonly residue?: number };

/** Decides the instructions; in an optimised batch they are put into the order in which they settled. */
async function decide(batch: PreparedBatch, sequenced: SequencedBatch, how: SplitOptions): Promise<Decision> {
  const carried = openLedger(batch);
  if (batch.mode === "optimised") return runOptimised(batch, sequenced, carried);

  const { orderIds, orderStatus, instructions } = sequenced;
  return { instructions, ...(await runLedgerOn(how, batch, orderIds, orderStatus, instructions, carried)) };
}

function defaultWorkers({ orders }: BatchInput): number {
  const count = orders instanceof Uint8Array ? orders.length / ORDER_BYTES : orders.length;
  return count < SMALL_BATCH ? 0 : availableParallelism();
}

/** Orders whose signature was looked at: all but the malformed. */
export function countChecked(orderStatus: Uint8Array): number {
  return orderStatus.reduce((count, status) => count + Number(status !== ORDER_STATUS.malformed), 0);
}

/** A function that tells the milliseconds since it was last called. */
export function createStopwatch(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const elapsed = now - last;
    last = now;
    return elapsed;
  };
}
