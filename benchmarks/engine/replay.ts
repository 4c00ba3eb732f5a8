import { availableParallelism } from "node:os";
import { type Snapshot, WorkerPool } from "../../executor/index.ts";
import { createLoad, type Load, takeBatch } from "../../executor/load/create-load.ts";
import { checkFinalState } from "./check-final-state.ts";
import type { Extent, Line, Measure } from "./line.ts";
import { measurePairs, median } from "./pairs.ts";
import { createBlockFloor, createHashFloor, readCounts } from "./replay-floor.ts";
import { createKernelPass } from "./replay-kernel.ts";
import { replayOnce, type WrittenLog, writeEngineLog } from "./replay-log.ts";
import { widenSnapshot } from "./wide-snapshot.ts";

const LEAST_OF_KERNEL = 0.3;
const MOST_TIMES_FLOOR = 1.5;

/** How much is run. */
interface Sizes {
  readonly signers: number;
  readonly assets: number;
  readonly positions: number;
  readonly batch: number;
  readonly batches: number;
}

const FULL: Sizes = { signers: 10_000, assets: 25, positions: 1_000_000, batch: 16_384, batches: 6 };
const SMALL: Sizes = { signers: 100, assets: 3, positions: 2_000, batch: 512, batches: 4 };

/** Trades of the first batch, whose file holds all positions; it is replayed before the clock starts. */
const OPENING_TRADES = 64;

/**
 * The log of an engine is replayed by its ledger alone, beside the pass that decides the same rows; and with every root, beside as
 * many bare hashes on the same threads. The log lies on disk, and reading it, its sums and its chain are part of both.
 */
export const measureReplay: Measure = async (extent) => {
  const sizes = extent.full ? FULL : SMALL;
  const { signers: accounts, assets, positions, batch, batches } = sizes;
  const count = OPENING_TRADES + batch * batches;
  const shape = { name: "uniform", parameter: 0 } as const;
  const load = await createLoad({ seed: extent.seed, count, accounts, assets, shape }, { workers: 2 });
  const snapshot = widenSnapshot(load.snapshot, positions);
  const log = await writeLog(load, snapshot, sizes);

  try {
    const lines = await measureLedger(log, count - OPENING_TRADES, sizes, extent);
    for (const workers of [...new Set([0, availableParallelism()])]) {
      lines.push(...(await measureRoots(log, count - OPENING_TRADES, workers, sizes, extent)));
    }
    return lines;
  } finally {
    await log.remove();
  }
};

/** The log of a load that was run for real, signatures included, and came to what its flows add up to. */
async function writeLog(load: Load, snapshot: Snapshot, { batch, batches }: Sizes): Promise<WrittenLog> {
  const pool = await WorkerPool.open(2);
  try {
    const firsts = Array.from({ length: batches }, (_, place) => OPENING_TRADES + place * batch);
    const log = await writeEngineLog(
      snapshot,
      [
        takeBatch(load, 1n, 0, OPENING_TRADES),
        ...firsts.map((first, place) => takeBatch(load, BigInt(place + 2), first, first + batch)),
      ],
      pool,
    );
    await checkFinalState(snapshot, load.flows, OPENING_TRADES + batch * batches, log.results, pool);
    return log;
  } finally {
    await pool.close();
  }
}

async function measureLedger(log: WrittenLog, count: number, sizes: Sizes, { pairs, seed }: Extent): Promise<Line[]> {
  const pool = await WorkerPool.open(0);
  const passes: Record<"unposted" | "lowering", number[]> = { unposted: [], lowering: [] };
  const replay = async () => (await replayOnce(log, "ledger", pool)).ms;
  const kernel = await createKernelPass(log);
  const pass = async () => {
    const { unposted, lowering, posted } = await kernel();
    passes.unposted.push(unposted);
    passes.lowering.push(lowering + posted);
    return posted;
  };
  await replay();
  await pass();
  const { ours, theirs, ratio } = await measurePairs(pairs, replay, pass);
  await pool.close();

  const each = (ms: number) => `${Math.round((1e6 * ms) / count)} ns`;
  const extentOf = `${count} trades in batches of ${sizes.batch}, ${sizes.positions} positions, no threads, seed ${seed}`;
  return [
    {
      measure: "replay by the ledger ÷ kernel with mandates, chunks and receipts",
      value: ratio,
      unit: "×",
      atLeast: LEAST_OF_KERNEL,
      detail: `${each(ours)} against ${each(theirs)} a trade, from the log's frames to compared receipts; ${extentOf}`,
    },
    {
      measure: "replay by the ledger ÷ kernel without mandates and chunks",
      value: median(passes.unposted) / ours,
      unit: "×",
      detail: `${each(ours)} against ${each(median(passes.unposted))}`,
    },
    {
      measure: "replay by the ledger ÷ lowering and kernel",
      value: median(passes.lowering) / ours,
      unit: "×",
      detail: `${each(ours)} against ${each(median(passes.lowering))}`,
    },
  ];
}

async function measureRoots(
  log: WrittenLog,
  count: number,
  workers: number,
  sizes: Sizes,
  { pairs, seed }: Extent,
): Promise<Line[]> {
  const pool = await WorkerPool.open(workers);
  try {
    const counts = await readCounts(log, pool);
    const [floor, blockFloor] = [createHashFloor(counts, pool), createBlockFloor(counts, pool)];
    const byBlocks: number[] = [];
    const replay = async () => (await replayOnce(log, "roots", pool)).ms;
    const hash = async () => {
      byBlocks.push(await blockFloor());
      return floor();
    };
    await replay();
    await hash();
    const { ours, theirs, ratio } = await measurePairs(pairs, replay, hash);
    const each = (ms: number) => `${((1_000 * ms) / count).toFixed(2)} µs`;
    const extentOf = `${count} trades in batches of ${sizes.batch}, ${sizes.positions} positions, seed ${seed}`;
    return [
      {
        measure: "replay verifying every root ÷ its bare hashes",
        workers,
        value: 1 / ratio,
        unit: "×",
        atMost: MOST_TIMES_FLOOR,
        detail: `${each(ours)} against ${each(theirs)} a trade; ${(counts.permutations / count).toFixed(1)} permutations a trade, ${extentOf}`,
      },
      {
        measure: "the same ÷ hashes of keccak alone, long messages as if they were single blocks",
        workers,
        value: ours / median(byBlocks),
        unit: "×",
        detail: `${each(ours)} against ${each(median(byBlocks))}`,
      },
    ];
  } finally {
    await pool.close();
  }
}
