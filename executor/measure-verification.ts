import type { BatchInput } from "./batch-input.ts";
import { cryptoKind } from "./crypto/crypto-kind.ts";
import { requireInput } from "./errors.ts";
import { createBatchTables, createWordTables } from "./formats/batch-tables.ts";
import { HASH_BYTES } from "./formats/merkle.ts";
import { ORDER_AT, ORDER_BYTES } from "./formats/order-record.ts";
import { encodeOrders } from "./prepare-batch.ts";
import { VERIFY_PIECE } from "./run-batch.ts";
import type { Snapshot } from "./snapshot.ts";
import { ORDER_STATUS, type RecoverJob, type VerifyJob } from "./workers/jobs.ts";
import { sharedPool, type WorkerPool } from "./workers/pool.ts";
import { sharedBytes } from "./workers/shared-bytes.ts";

/**
 * How fast orders are verified, beside how fast the signature library alone is on the same threads. Both rates are of
 * one pair of slices, the one whose ratio is the median: on a busy machine two medians would be of different moments.
 */
export interface VerificationRates {
  /** Orders per second through the verify stage: digest, recovery, comparison, everything. */
  readonly perSecond: number;
  /** Recoveries per second by the bare library on digests made before. */
  readonly libraryPerSecond: number;
  /** The first over the second. */
  readonly ratio: number;
  readonly workers: number;
  readonly slices: number;
  readonly cryptoKind: "native" | "javascript";
}

export interface MeasureOptions {
  readonly workers: number;
  /** Pairs of slices; an odd number makes the median one of them. */
  readonly slices?: number;
  /** Most orders in a slice; each slice takes the next ones, and begins again after the last. */
  readonly sliceSize?: number;
  readonly signal?: AbortSignal;
}

/**
 * Measures the verify stage against the bare library on the same orders and the same threads, in alternating slices of
 * some 50 ms, so that a noisy moment hits both and no single one decides.
 */
export async function measureVerification(
  snapshot: Snapshot,
  orders: BatchInput["orders"],
  { workers, slices = 41, sliceSize = 512, signal }: MeasureOptions,
): Promise<VerificationRates> {
  const pool = await sharedPool(workers);
  const options = signal === undefined ? {} : { signal };
  const { verify: allOrders, recover: allDigests } = await createJobs(pool, snapshot, orders);
  const size = Math.min(sliceSize, allOrders.total);

  const pairs: { perSecond: number; libraryPerSecond: number; ratio: number }[] = [];
  for (let slice = 0; slice < slices; slice++) {
    const first = (slice * size) % (allOrders.total - size + 1);
    const verify = sliceOfOrders(allOrders, first, size);
    const recover = sliceOfDigests(allDigests, first, size);
    let perSecond = 0;
    let libraryPerSecond = 0;
    const measureOwn = async () => {
      perSecond = await rateOf(() => pool.run(verify, options), size);
    };
    const measureLibrary = async () => {
      libraryPerSecond = await rateOf(() => pool.run(recover, options), size);
    };
    // Whoever goes second finds warmer caches, so they take turns.
    for (const measure of slice % 2 === 0 ? [measureOwn, measureLibrary] : [measureLibrary, measureOwn]) {
      await measure();
    }
    pairs.push({ perSecond, libraryPerSecond, ratio: perSecond / libraryPerSecond });
  }

  const ranked = pairs.sort((a, b) => a.ratio - b.ratio);
  const median = ranked[Math.floor((slices - 1) / 2)];
  requireInput(median !== undefined, `${slices} slices measure nothing`);
  return { ...median, workers, slices, cryptoKind: cryptoKind() };
}

/** Recoveries per second by the bare library on `workers` threads: 32-byte digests, 65-byte signatures. */
export async function measureLibrary(digests: Uint8Array, signatures: Uint8Array, workers: number): Promise<number> {
  const pool = await sharedPool(workers);
  const job = recoverJob(digests, signatures);
  return rateOf(() => pool.run(job), job.total);
}

/** Both jobs over the same orders; running the first once gives the digests for the second and warms the threads. */
async function createJobs(
  pool: WorkerPool,
  snapshot: Snapshot,
  orders: BatchInput["orders"],
): Promise<{ verify: VerifyJob; recover: RecoverJob }> {
  const tables = createBatchTables(snapshot);
  const records = encodeOrders(orders, tables);
  const total = records.length / ORDER_BYTES;
  const verify: VerifyJob = {
    kind: "verify",
    total,
    pieceSize: VERIFY_PIECE,
    tables: createWordTables(tables),
    orders: records,
    ids: sharedBytes(HASH_BYTES * total),
    status: sharedBytes(total),
  };
  await pool.run(verify);
  requireInput(
    total > 0 && verify.status.every((status) => status === ORDER_STATUS.valid),
    "only valid orders can be measured",
  );

  const signatures = sharedBytes(65 * total);
  for (let order = 0; order < total; order++) {
    const start = order * ORDER_BYTES + ORDER_AT.signature;
    signatures.set(records.subarray(start, start + 65), 65 * order);
  }
  const recover = recoverJob(verify.ids, signatures);
  await pool.run(recover);
  return { verify, recover };
}

function sliceOfOrders(job: VerifyJob, first: number, total: number): VerifyJob {
  return {
    ...job,
    total,
    orders: part(job.orders, ORDER_BYTES, first, total),
    ids: part(job.ids, HASH_BYTES, first, total),
    status: part(job.status, 1, first, total),
  };
}

function sliceOfDigests(job: RecoverJob, first: number, total: number): RecoverJob {
  return {
    ...job,
    total,
    digests: part(job.digests, HASH_BYTES, first, total),
    signatures: part(job.signatures, 65, first, total),
  };
}

const part = (bytes: Uint8Array, size: number, first: number, count: number) =>
  bytes.subarray(first * size, (first + count) * size);

function recoverJob(digests: Uint8Array, signatures: Uint8Array): RecoverJob {
  return { kind: "recover", total: digests.length / HASH_BYTES, pieceSize: VERIFY_PIECE, digests, signatures };
}

async function rateOf(run: () => Promise<void>, count: number): Promise<number> {
  const started = performance.now();
  await run();
  return count / ((performance.now() - started) / 1_000);
}
