import { BULK_BYTES } from "../formats/bulk.ts";
import type { JobRunner, RunOptions } from "../workers/pool.ts";
import { sharedBytes } from "../workers/shared-bytes.ts";
import { applyVerdicts, type BulksToVerify } from "./verify-bulks.ts";

/** Bulks that a worker takes at once: a signature each, and their trees. */
const BULK_PIECE = 16;

/** Verifies a batch's bulks on the threads of `pool`, and gives their orders their status. */
export async function runBulks(
  bulks: Omit<BulksToVerify, "verdicts">,
  pool: JobRunner,
  { onProgress: _, ...options }: RunOptions,
): Promise<void> {
  const total = bulks.bulks.length / BULK_BYTES;
  const judged = { ...bulks, verdicts: sharedBytes(total) };
  await pool.run({ kind: "bulks", total, pieceSize: BULK_PIECE, ...judged }, options);
  applyVerdicts(judged);
}
