import { requireInput } from "../errors.ts";
import { cutIntoBatches, type Load, type LoadBatch } from "../load/create-load.ts";
import { runClosedLoop } from "./closed-loop.ts";
import { judge, requireSame } from "./judge.ts";
import type { LatencySummary } from "./latency.ts";
import { type Spread, spreadOf } from "./median.ts";
import { type OpenTarget, openEngine } from "./target.ts";

export interface SweepOptions {
  readonly workers: readonly number[];
  readonly batchSizes: readonly number[];
  /** Measurements of each point; the median counts. */
  readonly repeat: number;
  readonly open?: OpenTarget;
  readonly onPoint?: (done: number, total: number) => void;
}

/** One number of workers with one batch size. Rates are trades per second. */
export interface SweepPoint {
  readonly workers: number;
  readonly batchSize: number;
  readonly perSecond: Spread;
  /** Of whole batches, in the median run. */
  readonly batchMs: LatencySummary;
  /** Over the best single thread. */
  readonly speedUp: number;
  /** Speed-up per worker. */
  readonly efficiency: number;
}

/** The fastest that one thread does the whole work, of all that we have: what more threads have to beat. */
export interface SingleThread {
  readonly what: "engine without worker threads" | "plain serial version";
  readonly batchSize: number;
  readonly perSecond: number;
}

export interface Sweep {
  readonly single: SingleThread;
  readonly points: readonly SweepPoint[];
  /** The fewest workers that beat the best single thread (COST); undefined if none of those measured did. */
  readonly cost: number | undefined;
  /** Trades of the load that were accepted, by the serial run. */
  readonly accepted: number;
}

const WARM_UP_BATCHES = 2;

interface Run {
  readonly workers: number;
  readonly batchSize: number;
  readonly perSecond: number;
  readonly batchMs: LatencySummary;
}

/**
 * Measures every number of workers with every batch size, and one thread alone beside them. Points are measured in rounds, so
 * that a noisy minute hits all alike. Each run is held against a serial one before its rate counts: a difference throws.
 */
export async function runSweep(load: Load, options: SweepOptions): Promise<Sweep> {
  const { workers, batchSizes, repeat, open = openEngine, onPoint } = options;
  requireInput(workers.length > 0 && workers.every((count) => count >= 1), "workers are numbers from 1");
  requireInput(batchSizes.length > 0 && repeat >= 1, "a sweep needs a batch size and at least one measurement");
  const counts = [0, ...workers];
  const total = batchSizes.length * counts.length * repeat;
  const runs: Run[] = [];
  const alone: SingleThread[] = [];
  let accepted = 0;

  for (const batchSize of batchSizes) {
    const batches = cutIntoBatches(load, batchSize);
    const verdict = await judge(load.snapshot, batches);
    const perSecond = verdict.trades / verdict.seconds;
    alone.push({ what: "plain serial version", batchSize, perSecond });
    accepted = verdict.accepted;
    // The compiler has to have seen the code, and the threads to have started: the first run of each is not measured.
    for (const count of counts)
      await runClosedLoop(await open(load.snapshot, count), batches.slice(0, WARM_UP_BATCHES));

    for (let round = 0; round < repeat; round++) {
      for (const count of round % 2 === 0 ? counts : counts.toReversed()) {
        const loop = await runOnce(open, load, count, batches);
        requireSame(verdict, batches, loop.batchHashes);
        runs.push({ workers: count, batchSize, perSecond: loop.perSecond, batchMs: loop.batchMs });
        onPoint?.(runs.length, total);
      }
    }
  }

  for (const batchSize of batchSizes) {
    const rates = runs.filter((run) => run.workers === 0 && run.batchSize === batchSize).map((run) => run.perSecond);
    alone.push({ what: "engine without worker threads", batchSize, perSecond: spreadOf(rates).median });
  }
  const single = alone.reduce((best, each) => (each.perSecond > best.perSecond ? each : best));
  const points = workers.flatMap((count) => batchSizes.map((size) => pointOf(runs, count, size, single)));
  const winners = points.filter(({ speedUp }) => speedUp > 1).map((point) => point.workers);
  return { single, points, cost: winners.length === 0 ? undefined : Math.min(...winners), accepted };
}

async function runOnce(open: OpenTarget, load: Load, workers: number, batches: readonly LoadBatch[]) {
  const target = await open(load.snapshot, workers);
  try {
    return await runClosedLoop(target, batches);
  } finally {
    await target.close?.();
  }
}

function pointOf(runs: readonly Run[], workers: number, batchSize: number, single: SingleThread): SweepPoint {
  const own = runs.filter((run) => run.workers === workers && run.batchSize === batchSize);
  const perSecond = spreadOf(own.map((run) => run.perSecond));
  const medianRun = own.find((run) => run.perSecond === perSecond.median);
  requireInput(medianRun !== undefined, `${workers} workers with batches of ${batchSize} were not measured`);

  const speedUp = perSecond.median / single.perSecond;
  return { workers, batchSize, perSecond, batchMs: medianRun.batchMs, speedUp, efficiency: speedUp / workers };
}
