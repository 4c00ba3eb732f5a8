import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HASH_BYTES } from "../../executor/formats/merkle.ts";
import { ORDER_AT, ORDER_BYTES } from "../../executor/formats/order-record.ts";
import {
  AppendEngineLog,
  AppendLog,
  type BatchResult,
  Engine,
  logPath,
  type Snapshot,
  WorkerPool,
} from "../../executor/index.ts";
import { createLoad, type Load, takeBatch } from "../../executor/load/create-load.ts";
import { VERIFY_PIECE } from "../../executor/run-batch.ts";
import type { RecoverJob } from "../../executor/workers/jobs.ts";
import { sharedBytes } from "../../executor/workers/shared-bytes.ts";
import { checkFinalState } from "./check-final-state.ts";
import type { Extent, Line, Measure } from "./line.ts";
import { measurePairs } from "./pairs.ts";
import { widenSnapshot } from "./wide-snapshot.ts";

/** How much is run. */
interface Sizes {
  readonly signers: number;
  readonly assets: number;
  readonly positions: number;
  /** Trades of a batch, and batches of a pair: the engine overlaps the batches of a pair, and is empty between two pairs. */
  readonly batch: number;
  readonly batchesPerPair: number;
}

const FULL: Sizes = { signers: 10_000, assets: 25, positions: 1_000_000, batch: 8_192, batchesPerPair: 4 };
const SMALL: Sizes = { signers: 100, assets: 3, positions: 2_000, batch: 128, batchesPerPair: 2 };

/** The first batch of an engine holds all positions in its file; it is run before anything is measured. */
const OPENING_TRADES = 64;

/**
 * From records to durable outcomes, everything included: digests, signatures, order, ledger, mandates, chunks, receipts, roots
 * of instructions, receipts and all positions, batch files and a log that is synced. Beside it the bare library on the same
 * signatures and threads.
 */
export const measureEndToEnd: Measure = async (extent) => {
  const lines: Line[] = [];
  for (const workers of [1, 2]) lines.push(...(await measureWith(workers, extent)));
  return lines;
};

async function measureWith(workers: number, extent: Extent): Promise<Line[]> {
  const sizes = extent.full ? FULL : SMALL;
  const perPair = sizes.batch * sizes.batchesPerPair;
  const count = OPENING_TRADES + perPair * extent.pairs;
  const pool = await WorkerPool.open(workers);
  const folder = await mkdtemp(join(tmpdir(), "moiety-bench-engine-"));

  try {
    const load = await createLoad(
      {
        seed: extent.seed,
        count,
        accounts: sizes.signers,
        assets: sizes.assets,
        shape: { name: "uniform", parameter: 0 },
      },
      { workers: 2 },
    );
    const snapshot = widenSnapshot(load.snapshot, sizes.positions);
    const { engine, results } = await openEngine(snapshot, load, pool, folder);
    let next = OPENING_TRADES;
    let signed: readonly BatchResult[] = [];

    const run = async (): Promise<number> => {
      const batches = Array.from({ length: sizes.batchesPerPair }, (_, place) => {
        const first = next + place * sizes.batch;
        return takeBatch(load, engine.nextNumber + BigInt(place), first, first + sizes.batch);
      });
      next += perPair;
      const started = performance.now();
      signed = await Promise.all(batches.map((batch) => engine.submit({ ...batch, mode: "strict" })));
      const elapsed = performance.now() - started;
      results.push(...signed.map(({ receipts, header }) => ({ receipts, header })));
      return elapsed;
    };
    const recover = async (): Promise<number> => {
      const job = recoveriesOf(load, Math.max(OPENING_TRADES, next - perPair), perPair, signed);
      const started = performance.now();
      await pool.run(job);
      return performance.now() - started;
    };

    const { ours, theirs, ratio } = await measurePairs(extent.pairs, run, recover);
    await engine.close();
    await checkFinalState(snapshot, load.flows, next, results, pool);
    const rate = (ms: number) => Math.round((2 * perPair) / (ms / 1_000)).toLocaleString("en");
    return [
      {
        measure: "end to end ÷ bare recovery",
        workers,
        value: ratio,
        unit: "×",
        atLeast: 0.78,
        aim: 0.85,
        detail: `${rate(ours)} against ${rate(theirs)} signatures/s; ${next.toLocaleString("en")} trades in batches of ${sizes.batch.toLocaleString("en")}, ${sizes.signers.toLocaleString("en")} signers, ${sizes.positions.toLocaleString("en")} positions`,
      },
    ];
  } finally {
    await pool.close();
    await rm(folder, { recursive: true });
  }
}

/** An engine that writes to a log in `folder` and has done its first batch. */
async function openEngine(snapshot: Snapshot, load: Load, pool: WorkerPool, folder: string) {
  const { chainId, desk } = snapshot;
  const log = await AppendEngineLog.over(await AppendLog.open(logPath(folder), { chainId, desk, firstBatch: 1n }));
  const engine = await Engine.open({ snapshot }, { pool, log, maxBatches: 4 });
  const first = await engine.submit({ ...takeBatch(load, 1n, 0, OPENING_TRADES), mode: "strict" });
  const results: Pick<BatchResult, "receipts" | "header">[] = [first];
  return { engine, results };
}

/** Bare recoveries of the signatures under `count` trades; their digests are the order ids that the engine found, if it has run. */
function recoveriesOf(load: Load, first: number, count: number, results: readonly BatchResult[]): RecoverJob {
  const total = 2 * count;
  const digests = sharedBytes(HASH_BYTES * total);
  const signatures = sharedBytes(65 * total);
  for (const [place, { orderIds }] of results.entries()) digests.set(orderIds, place * orderIds.length);
  if (results.length === 0) for (let i = 0; i < digests.length; i++) digests[i] = (i * 7 + (i >> 8)) & 0x7f;

  for (let order = 0; order < total; order++) {
    const at = (2 * first + order) * ORDER_BYTES + ORDER_AT.signature;
    signatures.set(load.orders.subarray(at, at + 65), 65 * order);
  }
  return { kind: "recover", total, pieceSize: VERIFY_PIECE, digests, signatures };
}
