import type { BatchInput } from "../batch-input.ts";
import type { BatchResult } from "../batch-result.ts";
import { Engine } from "../engine/engine.ts";
import type { EngineLog } from "../engine/engine-log.ts";
import type { LoadBatch } from "../load/create-load.ts";
import { closeBatch, emptyState } from "../replay/log-state.ts";
import { runSequential } from "../sequential/run-sequential.ts";
import type { Snapshot } from "../snapshot.ts";
import { sharedPool } from "../workers/pool.ts";

/** Whatever runs batches, each on what the ones before it left. */
export interface Target {
  /** Batches that it likes to have at once; left out: one. */
  readonly depth?: number;
  run(batch: LoadBatch): Promise<Outcome>;
  close?(): Promise<void>;
}

/** What a measurement needs of a batch's result. */
export type Outcome = Pick<BatchResult, "batchHash" | "receipts">;

/** Opens a target with its first positions; the threads are started before this resolves, so that no batch pays for them. */
export type OpenTarget = (snapshot: Snapshot, workers: number) => Promise<Target>;

/** Batches in the engine at once: one verified, one decided, one committed to, and one that waits. */
const ENGINE_DEPTH = 4;

/** The engine without a log. Without workers all of it happens in the calling thread. */
export const openEngine: OpenTarget = (snapshot, workers) => openEngineOver(snapshot, workers);

/** The engine with a log of one's own. */
export async function openEngineOver(snapshot: Snapshot, workers: number, log?: EngineLog): Promise<Target> {
  const pool = await sharedPool(workers);
  const options = { pool, maxBatches: ENGINE_DEPTH, ...(log === undefined ? {} : { log }) };
  const engine = await Engine.open({ snapshot }, options);
  return {
    depth: ENGINE_DEPTH,
    run: (batch) => engine.submit({ ...batch, mode: "strict" }),
    close: () => engine.close(),
  };
}

/** The plain version: the judge of all others, and the single thread that they have to beat. */
export const openJudge: OpenTarget = async (snapshot) => {
  const state = { ...emptyState(1n), positions: snapshot };
  let follows: string | undefined;

  return {
    async run(batch) {
      const { positions, final: alreadyFinal, filled } = state;
      const before = follows === undefined ? {} : { follows };
      const input: BatchInput = { ...batch, mode: "strict", snapshot: positions, alreadyFinal, filled, ...before };
      const result = await runSequential(input);
      closeBatch(state, positions, result, new Set(result.chunks.keys()));
      follows = result.header.fileHash;
      return result;
    },
  };
};
