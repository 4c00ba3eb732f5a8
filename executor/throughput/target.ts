import type { BatchResult } from "../batch-result.ts";
import type { LoadBatch } from "../load/create-load.ts";
import { closePositions } from "../replay/close-positions.ts";
import { runBatch } from "../run-batch.ts";
import { runSequential } from "../sequential/run-sequential.ts";
import type { Snapshot } from "../snapshot.ts";
import { sharedPool } from "../workers/pool.ts";

/** Whatever runs batches one after another, each on what the ones before it left. */
export interface Target {
  run(batch: LoadBatch): Promise<Outcome>;
}

/** What a measurement needs of a batch's result. */
export type Outcome = Pick<BatchResult, "batchHash" | "receipts">;

/** Opens a target with its first positions; the threads are started before this resolves, so that no batch pays for them. */
export type OpenTarget = (snapshot: Snapshot, workers: number) => Promise<Target>;

/** The executor, all of whose chunks settle. */
export const openExecutor: OpenTarget = async (snapshot, workers) => {
  const pool = await sharedPool(workers);
  return carrying(snapshot, (input) => runBatch(input, { pool }));
};

/** The plain version: the judge of all others, and the single thread that they have to beat. */
export const openJudge: OpenTarget = async (snapshot) => carrying(snapshot, runSequential);

function carrying(opening: Snapshot, run: (input: Parameters<typeof runBatch>[0]) => Promise<BatchResult>): Target {
  let snapshot = opening;
  return {
    async run(batch) {
      const result = await run({ ...batch, mode: "strict", snapshot });
      snapshot = closePositions(snapshot, result.chunks);
      return result;
    },
  };
}
