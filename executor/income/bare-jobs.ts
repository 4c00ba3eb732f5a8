import { HASH_BYTES } from "../formats/merkle.ts";
import { createKeccakBatch } from "../keccak/keccak-batch.ts";
import type { RangeOfItems, RangeWork } from "../workers/jobs.ts";
import { BATCH_CAPACITY } from "./income-hashing.ts";
import { writeAll } from "./income-jobs.ts";
import { ROW_BYTES } from "./income-rows.ts";
import { PROOF_HEADER_BYTES } from "./proof-header.ts";
import { proofLayout } from "./proof-layout.ts";
import { treeShape } from "./tree-shape.ts";

/** Nothing but hashing messages of one length that lie there already: half of the measure of a list. */
export interface BareHashesJob extends RangeOfItems {
  readonly kind: "bareHashes";
  readonly length: number;
  readonly times: 1 | 2;
}

/** Nothing but writing, as many bytes in as many calls to the same places as the proofs of `total` rows: the other half. */
export interface BareWritesJob extends RangeOfItems {
  readonly kind: "bareWrites";
  readonly file: number;
}

export function hashBare({ length, times }: BareHashesJob): RangeWork {
  const batch = createKeccakBatch({ length, times, capacity: BATCH_CAPACITY });

  return (from, to) => {
    for (let next = from; next < to; next += BATCH_CAPACITY) batch.hash(Math.min(BATCH_CAPACITY, to - next));
  };
}

export function writeBare({ total, pieceSize, file }: BareWritesJob): RangeWork {
  const layout = proofLayout(total, PROOF_HEADER_BYTES);
  const buffer = new Uint8Array(pieceSize * (ROW_BYTES + treeShape(total).depth * HASH_BYTES));
  buffer.forEach((_, i) => {
    buffer[i] = (i * 2_654_435_761) >>> 13; // nothing that a file system would leave out or compress
  });

  return (from, to) => {
    const start = layout.offsetOf(from);
    writeAll(file, buffer.subarray(0, layout.offsetOf(to) - start), start);
  };
}
