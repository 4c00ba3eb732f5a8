import { createKeccakBatch } from "../keccak/keccak-batch.ts";
import type { RangeOfItems, RangeWork } from "../workers/jobs.ts";
import { BATCH_CAPACITY } from "./income-hashing.ts";

/** Nothing but hashing messages of one length that lie there already: with the bare writes the measure of a list. */
export interface BareHashesJob extends RangeOfItems {
  readonly kind: "bareHashes";
  readonly length: number;
  readonly times: 1 | 2;
}

export function hashBare({ length, times }: BareHashesJob): RangeWork {
  const batch = createKeccakBatch({ length, times, capacity: BATCH_CAPACITY });

  return (from, to) => {
    for (let next = from; next < to; next += BATCH_CAPACITY) batch.hash(Math.min(BATCH_CAPACITY, to - next));
  };
}
