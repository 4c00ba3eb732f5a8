import { AppendEngineLog } from "../engine/append-engine-log.ts";
import type { EngineLog } from "../engine/engine-log.ts";
import { cutIntoBatches, type Load } from "../load/create-load.ts";
import { AppendLog } from "../log/append-log.ts";
import { logPath } from "../replay/replay-log.ts";
import { runClosedLoop } from "./closed-loop.ts";
import { judge, requireSame } from "./judge.ts";
import { Latencies, type LatencySummary } from "./latency.ts";
import { openEngineOver } from "./target.ts";

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

/** Runs the load through the engine with a log of which every write is synced. */
export async function measureDurability(load: Load, options: DurabilityOptions): Promise<DurabilityFigure> {
  const { folder, workers, batchSize } = options;
  const { chainId, desk } = load.snapshot;
  const batches = cutIntoBatches(load, batchSize);
  const file = await AppendLog.open(logPath(folder), { chainId, desk, firstBatch: 1n });
  const acknowledged = new Latencies();
  const handedOver = new Map<bigint, number>();
  const log = tellingWhen(await AppendEngineLog.over(file), (number) => {
    acknowledged.add(performance.now() - (handedOver.get(number) ?? Number.NaN));
  });

  const target = await openEngineOver(load.snapshot, workers, log);
  const { batchHashes, perSecond, batchMs } = await runClosedLoop(
    {
      ...target,
      run: (batch) => {
        handedOver.set(batch.number, performance.now());
        return target.run(batch);
      },
    },
    batches,
  );
  await target.close?.();

  requireSame(await judge(load.snapshot, batches), batches, batchHashes);
  return { acknowledgedMs: acknowledged.summary, decidedMs: batchMs, perSecond, batches: batches.length };
}

/** `log`, which also says when a batch is in it for good. */
function tellingWhen(log: EngineLog, onDurable: (number: bigint) => void): EngineLog {
  return {
    async input(number, file) {
      await log.input(number, file);
      onDurable(number);
    },
    outcome: (result) => log.outcome(result),
    close: () => log.close(),
  };
}
