import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppendEngineLog, AppendLog, type BatchResult, Engine, logPath, WorkerPool } from "../../executor/index.ts";
import { type BulkLoad, createBulkLoad, ORDERS_PER_BULK, takePairs } from "./bulk-load.ts";
import { checkFinalState } from "./check-final-state.ts";
import type { Extent, Line, Measure } from "./line.ts";
import { measurePairs } from "./pairs.ts";
import { widenSnapshot } from "./wide-snapshot.ts";

/** Pairs of traders in a batch (64 trades and 128 orders each), and batches in a turn. */
const FULL = { accounts: 10_000, assets: 25, positions: 1_000_000, pairsPerBatch: 128, batches: 4 };
const SMALL = { accounts: 20, assets: 2, positions: 200, pairsPerBatch: 2, batches: 2 };

/** The same trades by the same engine, signed in bulk and one by one; log, roots and files included. */
export const measureBulkOrders: Measure = async (extent) => {
  const lines: Line[] = [];
  for (const workers of [1, 2]) lines.push(await measureWith(workers, extent));
  return lines;
};

async function measureWith(workers: number, { full, pairs, seed }: Extent): Promise<Line> {
  const sizes = full ? FULL : SMALL;
  const perTurn = sizes.pairsPerBatch * sizes.batches;
  const load = await createBulkLoad(seed, 1 + perTurn * pairs, sizes.accounts, sizes.assets);
  const pool = await WorkerPool.open(workers);
  const folder = await mkdtemp(join(tmpdir(), "moiety-bench-bulk-"));

  try {
    const wide = { ...load, snapshot: widenSnapshot(load.snapshot, sizes.positions) };
    const single = await openTurns(wide, "single", pool, join(folder, "single"), sizes);
    const bulked = await openTurns(wide, "bulked", pool, join(folder, "bulked"), sizes);
    const { ours, theirs, ratio } = await measurePairs(pairs, bulked.turn, single.turn);
    for (const { close } of [single, bulked]) await close();

    const trades = perTurn * ORDERS_PER_BULK;
    const rate = (ms: number) => Math.round((2 * trades) / (ms / 1_000)).toLocaleString("en");
    return {
      measure: `end to end, ${ORDERS_PER_BULK} orders per signature ÷ one`,
      workers,
      value: ratio,
      unit: "×",
      atLeast: 5,
      aim: 6,
      detail: `${rate(ours)} against ${rate(theirs)} orders/s; ${trades.toLocaleString("en")} trades a turn, ${sizes.positions.toLocaleString("en")} positions`,
    };
  } finally {
    await pool.close();
    await rm(folder, { recursive: true });
  }
}

/** An engine that has done its first batch, which has all positions in its file, and takes the load's trades turn by turn. */
async function openTurns(
  load: BulkLoad,
  how: "single" | "bulked",
  pool: WorkerPool,
  folder: string,
  { pairsPerBatch, batches }: typeof FULL,
) {
  const { snapshot } = load;
  const { chainId, desk } = snapshot;
  const log = await AppendEngineLog.over(await AppendLog.open(logPath(folder), { chainId, desk, firstBatch: 1n }));
  const engine = await Engine.open({ snapshot }, { pool, log, maxBatches: 4 });
  const results: Pick<BatchResult, "receipts" | "header">[] = [await engine.submit(takePairs(load, 1n, 0, 1, how))];
  let next = 1;

  return {
    async turn(): Promise<number> {
      const inputs = Array.from({ length: batches }, (_, place) => {
        const first = next + place * pairsPerBatch;
        return takePairs(load, engine.nextNumber + BigInt(place), first, first + pairsPerBatch, how);
      });
      next += batches * pairsPerBatch;
      const started = performance.now();
      const found = await Promise.all(inputs.map((input) => engine.submit(input)));
      const elapsed = performance.now() - started;
      results.push(...found.map(({ receipts, header }) => ({ receipts, header })));
      return elapsed;
    },
    async close(): Promise<void> {
      await engine.close();
      await checkFinalState(snapshot, load.flows, next * ORDERS_PER_BULK, results, pool);
    },
  };
}
