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
  /** Of whole batches, from handing over to the result; those before it that are still at work count. */
  readonly batchMs: LatencySummary;
}

/**
 * As many batches as the target likes at once, and the next one as soon as one has ended: what is measured is capacity, and no
 * latency that anyone would see.
 */
export async function runClosedLoop(target: Target, batches: readonly LoadBatch[]): Promise<ClosedLoop> {
  const { depth = 1 } = target;
  const latencies = new Latencies();
  const batchHashes = new Array<string>(batches.length).fill("");
  const started = performance.now();
  let next = 0;

  const keepOneGoing = async (): Promise<void> => {
    for (let batch = batches[next]; batch !== undefined; batch = batches[next]) {
      const place = next++;
      const handedOver = performance.now();
      batchHashes[place] = (await target.run(batch)).batchHash;
      latencies.add(performance.now() - handedOver);
    }
  };
  await Promise.all(Array.from({ length: depth }, keepOneGoing));

  const seconds = (performance.now() - started) / 1_000;
  const trades = batches.reduce((sum, batch) => sum + batch.trades.length / INSTRUCTION_BYTES, 0);
  return { batchHashes, trades, seconds, perSecond: trades / seconds, batchMs: latencies.summary };
}
