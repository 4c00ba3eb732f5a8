/** A worker thread: waits for jobs, works through their pieces together with its siblings, says when none is left. */
import { parentPort } from "node:worker_threads";
import { type Claims, workThrough } from "./claims.ts";
import type { Job } from "./jobs.ts";
import { createPieceWork } from "./outputs.ts";

/** What the pool posts. */
export interface Assignment {
  readonly job: Job;
  readonly claims: Claims;
}

parentPort?.on("message", async ({ job, claims }: Assignment) => {
  workThrough(claims, await createPieceWork(job));
  parentPort?.postMessage("finished");
});
parentPort?.postMessage("ready");
