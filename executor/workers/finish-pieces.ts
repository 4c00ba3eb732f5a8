import { type Claims, markDone, unfinishedPieces } from "./claims.ts";
import { createRangeWork, type Job } from "./jobs.ts";
import { createPieceChecksum, rangeOf } from "./outputs.ts";

/** Without worker threads the event loop gets its turn this often, for signals and progress. */
const YIELD_EVERY_MS = 50;

/** Of a piece that the caller did himself: nobody looks at its checksum any more. */
const NO_CHECKSUM = 0;

/** A piece came out differently when it was done again: what it reads was changed under it, or the machine is broken. */
export class WorkerResultError extends Error {
  override readonly name = "WorkerResultError";
}

export interface FinishOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds after which others get their turn. */
  readonly yieldEveryMs?: number;
}

/**
 * Does what no thread did: everything in a pool without threads, else what a dead one left, and what is no longer as
 * its thread wrote it. Returns how many pieces were of the last kind. Throws a {@link WorkerResultError} if one of those
 * does not come out as before.
 */
export async function finishPieces(job: Job, claims: Claims, options: FinishOptions = {}): Promise<number> {
  const { signal, yieldEveryMs = YIELD_EVERY_MS } = options;
  const unfinished = unfinishedPieces(claims);
  const changed = changedPieces(job, claims);
  if (unfinished.length + changed.size === 0) return 0;

  const work = await createRangeWork(job);
  const checksum = createPieceChecksum(job);
  let yielded = performance.now();
  for (const piece of [...unfinished, ...changed]) {
    work(...rangeOf(job, piece));
    if (changed.has(piece) && checksum(piece) !== claims.checksums[piece]) {
      throw new WorkerResultError(
        `piece ${piece} of the job "${job.kind}" came out differently when it was done again`,
      );
    }
    if (!changed.has(piece)) markDone(claims, piece, NO_CHECKSUM);
    if (performance.now() - yielded > yieldEveryMs) {
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
      yielded = performance.now();
    }
  }
  return changed.size;
}

/** Done pieces whose result does not have its checksum any more. */
function changedPieces(job: Job, { done, checksums }: Claims): ReadonlySet<number> {
  const checksum = createPieceChecksum(job);
  return new Set([...done.keys()].filter((piece) => done[piece] === 1 && checksum(piece) !== checksums[piece]));
}
