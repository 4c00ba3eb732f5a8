import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AppendEngineLog,
  AppendLog,
  type BatchResult,
  Engine,
  type EngineInput,
  logPath,
  type Snapshot,
  type WorkerPool,
} from "../../executor/index.ts";

/** What of a result is kept until everything has been checked. */
export type Kept = Pick<BatchResult, "receipts" | "header">;

/** An engine with a log on disk, and all that it came to. */
export interface EngineRun {
  readonly engine: Engine;
  readonly results: Kept[];
  /** Runs batches overlapped. Milliseconds from the first record to the last durable outcome: the pipeline fills and empties. */
  run(batches: readonly EngineInput[]): Promise<{ readonly ms: number; readonly results: readonly BatchResult[] }>;
  close(): Promise<void>;
}

/** Opens an engine whose log is in a folder of its own, and runs `first`, the file of which holds all positions. */
export async function openEngineRun(snapshot: Snapshot, first: EngineInput, pool: WorkerPool): Promise<EngineRun> {
  const folder = await mkdtemp(join(tmpdir(), "moiety-bench-engine-"));
  const { chainId, desk } = snapshot;
  const log = await AppendEngineLog.over(await AppendLog.open(logPath(folder), { chainId, desk, firstBatch: 1n }));
  const engine = await Engine.open({ snapshot }, { pool, log });
  const results: Kept[] = [keep(await engine.submit(first))];

  return {
    engine,
    results,
    async run(batches) {
      const started = performance.now();
      const done = await Promise.all(batches.map((batch) => engine.submit(batch)));
      const ms = performance.now() - started;
      results.push(...done.map(keep));
      return { ms, results: done };
    },
    async close() {
      await engine.close();
      await rm(folder, { recursive: true });
    },
  };
}

const keep = ({ receipts, header }: BatchResult): Kept => ({ receipts, header });
