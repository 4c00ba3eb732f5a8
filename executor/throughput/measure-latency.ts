import { type Load, takeBatch } from "../load/create-load.ts";
import { findHighestRate, type Trial } from "./find-rate.ts";
import { judge, requireSame } from "./judge.ts";
import type { LatencySummary } from "./latency.ts";
import { runOpenLoop } from "./open-loop.ts";
import { type OpenTarget, openEngine } from "./target.ts";

export interface LatencyOptions {
  readonly workers: number;
  /** Most trades in a batch. */
  readonly batchSize: number;
  readonly seed: number;
  readonly open?: OpenTarget;
}

/** What an offered rate came to. Milliseconds from the instant at which a trade was due to arrive to its batch's end. */
export interface LatencyFigure {
  readonly offered: number;
  readonly perSecond: number;
  readonly latencyMs: LatencySummary;
  readonly batches: number;
}

/** Offers the whole load at `rate` trades per second. Throws if any batch came to something else than in a serial run. */
export async function measureLatency(load: Load, rate: number, options: LatencyOptions): Promise<LatencyFigure> {
  const { workers, batchSize, seed, open = openEngine } = options;
  const target = await open(load.snapshot, workers);

  const { batches, batchHashes, ...figure } = await runOpenLoop(target, {
    rate,
    trades: load.flows.count,
    batchSize,
    seed,
    batchOf: (number, first, end) => takeBatch(load, number, first, end),
  });
  await target.close?.();
  requireSame(await judge(load.snapshot, batches), batches, batchHashes);
  return { ...figure, batches: batches.length };
}

/** The percentiles of which a bound can be held. */
export type Percentile = "p50" | "p99" | "p999";

export interface HighestRate {
  readonly percentile: Percentile;
  readonly boundMs: number;
  /** Undefined if not even the lowest rate that was tried held the bound. */
  readonly perSecond: number | undefined;
  /** Whether more may hold the bound, too, but the load is too short to offer it for long enough. */
  readonly isCapped: boolean;
  readonly trials: readonly Trial[];
}

export interface RateBound {
  readonly percentile: Percentile;
  readonly boundMs: number;
  /** Where to begin to search, in trades per second. */
  readonly from: number;
  readonly trials: number;
}

/** A rate is offered for at least so many times the bound: a queue needs time to grow. */
const LEAST_BOUNDS = 5;

/** Searches the highest offered rate at which a percentile of latency stays under a bound. */
export async function measureHighestRate(load: Load, bound: RateBound, options: LatencyOptions): Promise<HighestRate> {
  const { percentile, boundMs, from, trials: most } = bound;
  const longEnough = (load.flows.count * 1_000) / (LEAST_BOUNDS * boundMs);
  const { highest, trials } = await findHighestRate({
    from,
    most: longEnough,
    boundMs,
    trials: most,
    latencyAt: async (rate) => (await measureLatency(load, rate, options)).latencyMs[percentile],
  });
  return { percentile, boundMs, perSecond: highest, isCapped: highest === longEnough, trials };
}
