import { createBatchTables, createWordTables } from "../../executor/formats/batch-tables.ts";
import { HASH_BYTES } from "../../executor/formats/merkle.ts";
import { ORDER_AT, ORDER_BYTES } from "../../executor/formats/order-record.ts";
import { WorkerPool } from "../../executor/index.ts";
import { type PreparedRecords, prepareRecords } from "../../executor/prepare-batch.ts";
import { VERIFY_PIECE, verifyOrders } from "../../executor/run-batch.ts";
import type { RecoverJob } from "../../executor/workers/jobs.ts";
import { sharedBytes } from "../../executor/workers/shared-bytes.ts";
import { type BulkLoad, createBulkLoad, ORDERS_PER_BULK, takePairs } from "./bulk-load.ts";
import { openEthersThreads } from "./ethers-threads.ts";
import type { Extent, Line, Measure } from "./line.ts";
import { measurePairs } from "./pairs.ts";

/** Pairs of traders, 128 signatures each, in one turn; turns per measured pair, each of the next orders; orders for ethers. */
const FULL = { pairsOfTraders: 16, turns: 41, ethers: 64, accounts: 10_000 };
const SMALL = { pairsOfTraders: 2, turns: 1, ethers: 4, accounts: 20 };

/** The verify stage alone, beside the bare library, beside itself on bulk orders, and beside ethers, on the same threads. */
export const measureVerificationStage: Measure = async (extent) => {
  const sizes = extent.full ? FULL : SMALL;
  const turns = Math.max(sizes.turns, extent.pairs);
  const load = await createBulkLoad(extent.seed, sizes.pairsOfTraders * turns, sizes.accounts, 1);
  const lines: Line[] = [];
  for (const workers of [1, 2]) {
    const pool = await WorkerPool.open(workers);
    try {
      lines.push(...(await measureWith(pool, load, { ...sizes, turns, extent })));
    } finally {
      await pool.close();
    }
  }
  return lines;
};

interface Sizes {
  readonly pairsOfTraders: number;
  readonly turns: number;
  readonly ethers: number;
  readonly extent: Extent;
}

async function measureWith(pool: WorkerPool, load: BulkLoad, sizes: Sizes): Promise<Line[]> {
  const { turns, pairsOfTraders } = sizes;
  const workers = pool.size;
  const tables = createBatchTables(load.snapshot);
  const words = createWordTables(tables);
  const perTurn = 2 * ORDERS_PER_BULK * pairsOfTraders;
  const batchOf = (turn: number, how: "single" | "bulked"): PreparedRecords => {
    const first = (turn % turns) * pairsOfTraders;
    return prepareRecords(takePairs(load, 1n, first, first + pairsOfTraders, how), tables);
  };

  const verify = async (batch: PreparedRecords): Promise<number> => {
    const started = performance.now();
    const { orderStatus } = await verifyOrders(batch, words, pool, {});
    const elapsed = performance.now() - started;
    if (orderStatus.some((status) => status !== 0)) throw new Error("an order of the load is not valid");
    return elapsed;
  };
  const recoverJobs = await Promise.all(
    Array.from({ length: turns }, async (_, turn) => recoveriesOf(batchOf(turn, "single"), words, pool)),
  );
  let turn = 0;
  const single = () => verify(batchOf(turn++, "single"));
  const bulked = () => verify(batchOf(turn++, "bulked"));
  const recover = async () => {
    const job = recoverJobs[turn++ % turns];
    if (job === undefined) throw new Error("no recoveries");
    const started = performance.now();
    await pool.run(job);
    return performance.now() - started;
  };
  const rate = (count: number, ms: number) => Math.round(count / (ms / 1_000)).toLocaleString("en");

  await verify(batchOf(0, "bulked"));
  const toLibrary = await measurePairs(turns, single, recover);
  const toSingle = await measurePairs(turns, bulked, single);
  const ethers = await openEthersThreads(workers, load.snapshot, load.single, sizes.ethers);
  const toEthers = await measurePairs(sizes.extent.pairs, single, () => ethers.verify());
  await ethers.close();
  const ethersPerOrder = toEthers.theirs / sizes.ethers;

  return [
    {
      measure: "verify stage ÷ bare recovery",
      workers,
      value: toLibrary.ratio,
      unit: "×",
      atLeast: 0.95,
      detail: `${rate(perTurn, toLibrary.ours)} against ${rate(perTurn, toLibrary.theirs)} signatures/s, ${turns} pairs of ${perTurn.toLocaleString("en")}`,
    },
    {
      measure: `verify stage, ${ORDERS_PER_BULK} orders per signature ÷ one`,
      workers,
      value: toSingle.ratio,
      unit: "×",
      atLeast: 15,
      detail: `${rate(perTurn, toSingle.ours)} against ${rate(perTurn, toSingle.theirs)} orders/s`,
    },
    {
      measure: "verify stage ÷ ethers verifyTypedData",
      workers,
      value: (toEthers.ratio * perTurn) / sizes.ethers,
      unit: "×",
      atLeast: 20,
      detail: `${rate(perTurn, toEthers.ours)} against ${rate(1, ethersPerOrder)} signatures/s`,
    },
  ];
}

/** Bare recoveries of the signatures of a batch, on the digests that the verify stage finds; checked by it. */
async function recoveriesOf(
  batch: PreparedRecords,
  words: ReturnType<typeof createWordTables>,
  pool: WorkerPool,
): Promise<RecoverJob> {
  const { orderIds } = await verifyOrders(batch, words, pool, {});
  const total = orderIds.length / HASH_BYTES;
  const signatures = sharedBytes(65 * total);
  for (let order = 0; order < total; order++) {
    const at = order * ORDER_BYTES + ORDER_AT.signature;
    signatures.set(batch.orders.subarray(at, at + 65), 65 * order);
  }
  return { kind: "recover", total, pieceSize: VERIFY_PIECE, digests: orderIds, signatures };
}
