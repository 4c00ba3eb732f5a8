/** A worker thread: waits for jobs, works through their pieces together with its siblings, says when none is left. */
import { parentPort } from "node:worker_threads";
import { type Claims, workThrough } from "./claims.ts";
import { createRangeWork, type Job } from "./jobs.ts";

/** What the pool posts. */
export interface Assignment {
  readonly job: Job;
  readonly claims: Claims;
}

parentPort?.on("message", async ({ job, claims }: Assignment) => {
  const work = await createRangeWork(job);
  workThrough(claims, (piece) => work(piece * job.pieceSize, Math.min((piece + 1) * job.pieceSize, job.total)));
  parentPort?.postMessage("finished");
});
parentPort?.postMessage("ready");
