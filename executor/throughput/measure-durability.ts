import { cutIntoBatches, type Load } from "../load/create-load.ts";
import { BatchJournal } from "../replay/batch-journal.ts";
import { sharedPool } from "../workers/pool.ts";
import { judge, requireSame } from "./judge.ts";
import { Latencies, type LatencySummary } from "./latency.ts";

export interface DurabilityOptions {
  /** An empty folder on the disk that is meant. */
  readonly folder: string;
  readonly workers: number;
  readonly batchSize: number;
}

/** What a log that survives a crash costs. Milliseconds per batch, counted from the instant at which it was handed over. */
export interface DurabilityFigure {
  /** Until the batch is on the disk in its order: from then on nothing of it can be lost. */
  readonly acknowledgedMs: LatencySummary;
  /** Until its outcome is on the disk, too. */
  readonly decidedMs: LatencySummary;
  readonly perSecond: number;
  readonly batches: number;
}

/** Runs the load through a journal with every write synced, all of its chunks settling at once. */
export async function measureDurability(load: Load, options: DurabilityOptions): Promise<DurabilityFigure> {
  const { folder, workers, batchSize } = options;
  const batches = cutIntoBatches(load, batchSize);
  const { chainId, desk } = load.snapshot;
  const opening = { ...load.snapshot }; // as objects, which is how a journal hands positions on
  const pool = await sharedPool(workers);
  const journal = await BatchJournal.open(folder, { chainId, desk, firstBatch: 1n });
  const [acknowledged, decided] = [new Latencies(), new Latencies()];
  const batchHashes: string[] = [];
  const started = performance.now();

  for (const batch of batches) {
    const submitted = performance.now();
    const onSequenced = async () => acknowledged.add(performance.now() - submitted);
    const snapshot = journal.state.positions ?? opening;
    const result = await journal.run({ ...batch, mode: "strict", snapshot }, { pool, onSequenced });
    decided.add(performance.now() - submitted);
    batchHashes.push(result.batchHash);
    await journal.settled(
      batch.number,
      result.chunks.map(({ index }) => index),
    );
    await journal.closeBatch(batch.number);
  }
  const seconds = (performance.now() - started) / 1_000;
  await journal.close();

  requireSame(await judge(opening, batches), batches, batchHashes);
  return {
    acknowledgedMs: acknowledged.summary,
    decidedMs: decided.summary,
    perSecond: load.flows.count / seconds,
    batches: batches.length,
  };
}
