import { INSTRUCTION_BYTES } from "../formats/instruction-record.ts";
import type { LoadBatch } from "../load/create-load.ts";
import { Latencies, type LatencySummary } from "./latency.ts";
import type { Target } from "./target.ts";

/** What running batches back to back came to, and how long it took. */
export interface ClosedLoop {
  readonly batchHashes: readonly string[];
  readonly trades: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** Of whole batches. */
  readonly batchMs: LatencySummary;
}

/** The next batch begins when the one before has ended: what is measured is capacity, and no latency that anyone would see. */
export async function runClosedLoop(target: Target, batches: readonly LoadBatch[]): Promise<ClosedLoop> {
  const latencies = new Latencies();
  const batchHashes: string[] = [];
  const started = performance.now();
  let last = started;

  for (const batch of batches) {
    batchHashes.push((await target.run(batch)).batchHash);
    const now = performance.now();
    latencies.add(now - last);
    last = now;
  }
  const seconds = (last - started) / 1_000;
  const trades = batches.reduce((sum, batch) => sum + batch.trades.length / INSTRUCTION_BYTES, 0);
  return { batchHashes, trades, seconds, perSecond: trades / seconds, batchMs: latencies.summary };
}
