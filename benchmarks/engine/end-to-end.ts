import { HASH_BYTES } from "../../executor/formats/merkle.ts";
import { ORDER_AT, ORDER_BYTES } from "../../executor/formats/order-record.ts";
import { type BatchResult, WorkerPool } from "../../executor/index.ts";
import { createLoad, type Load, takeBatch } from "../../executor/load/create-load.ts";
import { VERIFY_PIECE } from "../../executor/run-batch.ts";
import type { RecoverJob } from "../../executor/workers/jobs.ts";
import { sharedBytes } from "../../executor/workers/shared-bytes.ts";
import { type BulkLoad, createBulkLoad, ORDERS_PER_BULK, takePairs } from "./bulk-load.ts";
import { checkFinalState } from "./check-final-state.ts";
import { openEngineRun } from "./engine-run.ts";
import { openEthersThreads } from "./ethers-threads.ts";
import type { Extent, Line, Measure } from "./line.ts";
import { measurePairs, median } from "./pairs.ts";
import { widenSnapshot } from "./wide-snapshot.ts";

/** How much is run. */
interface Sizes {
  readonly signers: number;
  readonly assets: number;
  readonly positions: number;
  readonly batch: number;
  /** Batches of a pair; they overlap, and between two pairs nothing is in hand. */
  readonly batches: number;
  /** Pairs of traders in a batch that is signed in bulk, 64 trades each. */
  readonly bulkPairs: number;
  /** Orders that ethers verifies in a pair. */
  readonly ethers: number;
}

const FULL: Sizes = {
  signers: 10_000,
  assets: 25,
  positions: 1_000_000,
  batch: 16_384,
  batches: 4,
  bulkPairs: 128,
  ethers: 32,
};
const SMALL: Sizes = { signers: 100, assets: 3, positions: 2_000, batch: 128, batches: 3, bulkPairs: 2, ethers: 2 };

/** Trades of an engine's first batch, which is run before anything is measured. */
const OPENING_TRADES = 64;

/**
 * From records to durable outcomes, everything included: digests, signatures, order, ledger, mandates, chunks, receipts, roots
 * of instructions, receipts and all positions, batch files and a log that is synced. No signature is known from before.
 */
export const measureEndToEnd: Measure = async (extent) => {
  const sizes = extent.full ? FULL : SMALL;
  const { signers: accounts, assets } = sizes;
  const count = OPENING_TRADES + sizes.batch * sizes.batches * extent.pairs;
  const shape = { name: "uniform", parameter: 0 } as const;
  const load = await createLoad({ seed: extent.seed, count, accounts, assets, shape }, { workers: 2 });
  const bulkLoad = await createBulkLoad(
    extent.seed,
    1 + sizes.bulkPairs * sizes.batches * extent.pairs,
    accounts,
    assets,
  );

  const lines: Line[] = [];
  for (const workers of [1, 2]) {
    const pool = await WorkerPool.open(workers);
    try {
      lines.push(...(await measureSingle(load, pool, sizes, extent)));
      lines.push(await measureBulk(bulkLoad, pool, sizes, extent));
    } finally {
      await pool.close();
    }
  }
  return lines;
};

/** Beside the bare library on the same signatures and threads, and beside ethers on as many threads. */
async function measureSingle(load: Load, pool: WorkerPool, sizes: Sizes, extent: Extent): Promise<Line[]> {
  const perPair = sizes.batch * sizes.batches;
  const counted = 2 * perPair;
  const workers = pool.size;
  const snapshot = widenSnapshot(load.snapshot, sizes.positions);
  const run = await openEngineRun(snapshot, { ...takeBatch(load, 1n, 0, OPENING_TRADES), mode: "strict" }, pool);
  const ethers = await openEthersThreads(workers, load.snapshot, load.orders, sizes.ethers);
  const ethersMs: number[] = [];
  let next = OPENING_TRADES;
  let last: readonly BatchResult[] = [];

  const ours = async (): Promise<number> => {
    const batches = Array.from({ length: sizes.batches }, (_, place) => {
      const first = next + place * sizes.batch;
      const number = run.engine.nextNumber + BigInt(place);
      return { ...takeBatch(load, number, first, first + sizes.batch), mode: "strict" as const };
    });
    next += perPair;
    const { ms, results } = await run.run(batches);
    last = results;
    return ms;
  };
  const theirs = async (): Promise<number> => {
    const job = recoveriesOf(load, next - perPair, last, counted);
    const started = performance.now();
    await pool.run(job);
    const elapsed = performance.now() - started;
    ethersMs.push((await ethers.verify()) / sizes.ethers);
    return elapsed;
  };

  const { ours: ms, theirs: bareMs, ratio } = await measurePairs(extent.pairs, ours, theirs);
  await Promise.all([run.close(), ethers.close()]);
  await checkFinalState(snapshot, load.flows, next, run.results, pool);
  const [rate, bare, ethersRate] = [counted / ms, counted / bareMs, 1 / median(ethersMs)];
  const extentOf = `${words(next)} trades in batches of ${words(sizes.batch)}, ${words(sizes.signers)} signers, ${words(sizes.positions)} positions`;
  return [
    {
      measure: "end to end ÷ bare recovery",
      workers,
      value: ratio,
      unit: "×",
      atLeast: 0.78,
      aim: 0.85,
      detail: `${words(1_000 * rate)} against ${words(1_000 * bare)} signatures/s; ${extentOf}`,
    },
    {
      measure: "end to end ÷ ethers verifyTypedData",
      workers,
      value: rate / ethersRate,
      unit: "×",
      atLeast: 20,
      detail: `${words(1_000 * rate)} against ${words(1_000 * ethersRate)} signatures/s, which ethers only verifies`,
    },
  ];
}

/** The same orders under one signature per 64, beside each with its own. */
async function measureBulk(load: BulkLoad, pool: WorkerPool, sizes: Sizes, extent: Extent): Promise<Line> {
  const { bulkPairs, batches } = sizes;
  const snapshot = widenSnapshot(load.snapshot, sizes.positions);
  const open = async (how: "single" | "bulked") => {
    const run = await openEngineRun(snapshot, takePairs(load, 1n, 0, 1, how), pool);
    let next = 1;
    const measured = async (): Promise<number> => {
      const inputs = Array.from({ length: batches }, (_, place) => {
        const first = next + place * bulkPairs;
        return takePairs(load, run.engine.nextNumber + BigInt(place), first, first + bulkPairs, how);
      });
      next += bulkPairs * batches;
      return (await run.run(inputs)).ms;
    };
    return { run, measured, trades: () => next * ORDERS_PER_BULK };
  };
  const [bulked, single] = [await open("bulked"), await open("single")];

  const { ours, theirs, ratio } = await measurePairs(extent.pairs, bulked.measured, single.measured);
  for (const { run, trades } of [bulked, single]) {
    await run.close();
    await checkFinalState(snapshot, load.flows, trades(), run.results, pool);
  }
  const counted = 2 * ORDERS_PER_BULK * bulkPairs * batches;
  return {
    measure: `end to end, ${ORDERS_PER_BULK} orders per signature ÷ one`,
    workers: pool.size,
    value: ratio,
    unit: "×",
    atLeast: 5,
    aim: 6,
    detail: `${words((1_000 * counted) / ours)} against ${words((1_000 * counted) / theirs)} orders/s, in batches of ${words(bulkPairs * ORDERS_PER_BULK)} trades`,
  };
}

/** Bare recoveries of the signatures under the trades from `first` on, whose digests `results` tell. */
function recoveriesOf(load: Load, first: number, results: readonly BatchResult[], total: number): RecoverJob {
  const digests = sharedBytes(HASH_BYTES * total);
  const signatures = sharedBytes(65 * total);

  for (const [place, { orderIds }] of results.entries()) digests.set(orderIds, place * orderIds.length);
  for (let order = 0; order < total; order++) {
    const at = (2 * first + order) * ORDER_BYTES + ORDER_AT.signature;
    signatures.set(load.orders.subarray(at, at + 65), 65 * order);
  }
  return { kind: "recover", total, pieceSize: VERIFY_PIECE, digests, signatures };
}

const words = (count: number): string => Math.round(count).toLocaleString("en");
