import { requireInput } from "../errors.ts";
import type { LoadBatch } from "../load/create-load.ts";
import { createRandom } from "../load/random.ts";
import { Latencies, type LatencySummary } from "./latency.ts";
import type { Target } from "./target.ts";

/** A clock in milliseconds, and how to wait until it shows something. */
export interface Clock {
  now(): number;
  waitUntil(ms: number): Promise<void>;
}

export interface OpenLoopOptions {
  /** Trades offered per second, whether or not anyone keeps up. */
  readonly rate: number;
  readonly trades: number;
  /** Most trades that are taken into one batch. */
  readonly batchSize: number;
  readonly seed: number;
  /** Makes batch `number` (1, 2, 3 …) of the trades from `first` up to `end`. */
  readonly batchOf: (number: bigint, first: number, end: number) => LoadBatch;
  readonly clock?: Clock;
}

/** What an open loop came to. Latencies count from the instant at which a trade was due to arrive. */
export interface OpenLoop {
  readonly offered: number;
  /** What was done per second, from the first arrival to the last completion. */
  readonly perSecond: number;
  readonly latencyMs: LatencySummary;
  readonly batches: readonly LoadBatch[];
  readonly batchHashes: readonly string[];
}

/**
 * Trades arrive at instants that are fixed before the first of them, at random (Poisson) with the given rate; whatever has
 * arrived when the target can take more becomes the next batch. A slow batch delays nobody's arrival, so that the wait behind it
 * counts for everyone who waited: no omission is coordinated.
 */
export async function runOpenLoop(target: Target, options: OpenLoopOptions): Promise<OpenLoop> {
  const { rate, trades, batchSize, batchOf, clock = realClock } = options;
  const { depth = 1 } = target;
  const arrivals = arrivalTimes(options.seed, trades, rate);
  const latencies = new Latencies();
  const batches: LoadBatch[] = [];
  const batchHashes: string[] = [];
  const inHand = new Set<Promise<void>>();
  const started = clock.now();
  let first = 0;

  const run = async (batch: LoadBatch, from: number, end: number): Promise<void> => {
    const place = batches.push(batch) - 1;
    batchHashes[place] = (await target.run(batch)).batchHash;
    const done = clock.now() - started;
    for (let trade = from; trade < end; trade++) latencies.add(done - (arrivals[trade] ?? 0));
  };
  while (first < trades) {
    if (inHand.size >= depth) await Promise.race(inHand);
    await clock.waitUntil(started + (arrivals[first] ?? 0));
    const elapsed = clock.now() - started;
    let end = first + 1;
    while (end < trades && end - first < batchSize && (arrivals[end] ?? 0) <= elapsed) end += 1;

    const batch = run(batchOf(BigInt(batches.length + 1), first, end), first, end);
    inHand.add(batch);
    batch.then(
      () => inHand.delete(batch),
      () => undefined, // whoever waits for it next throws
    );
    first = end;
  }
  await Promise.all(inHand);

  const seconds = (clock.now() - started - (arrivals[0] ?? 0)) / 1_000;
  return { offered: rate, perSecond: trades / seconds, latencyMs: latencies.summary, batches, batchHashes };
}

/** Instants in milliseconds from the start, ascending: `count` arrivals of a Poisson stream of `rate` per second. */
export function arrivalTimes(seed: number, count: number, rate: number): Float64Array {
  requireInput(Number.isFinite(rate) && rate > 0, `a rate of ${rate} per second`);
  const random = createRandom(seed);
  const times = new Float64Array(count);
  let time = 0;

  for (let place = 0; place < count; place++) {
    time += (-Math.log(1 - random()) / rate) * 1_000;
    times[place] = time;
  }
  return times;
}

/** Timers are late by a millisecond or more; the last stretch is spent looking at the clock. */
const TIMER_SLACK_MS = 2;

const realClock: Clock = {
  now: () => performance.now(),
  async waitUntil(ms) {
    for (let left = ms - performance.now(); left > 0; left = ms - performance.now()) {
      await new Promise<void>((resolve) => {
        if (left > TIMER_SLACK_MS) setTimeout(resolve, left - TIMER_SLACK_MS);
        else setImmediate(resolve);
      });
    }
  },
};
