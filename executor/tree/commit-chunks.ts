import { INSTRUCTION_BYTES } from "../formats/instruction-record.ts";
import { HASH_BYTES } from "../formats/merkle.ts";
import { RECEIPT_BYTES } from "../formats/receipt.ts";
import type { RangeOfItems, RangeWork } from "../workers/jobs.ts";
import { MovementLeaves, type MovementSource } from "./movement-leaves.ts";
import { createRoots, hashRecordLeaves } from "./record-tree.ts";

/** The trees of a chunk: of its instructions, of its receipts, of its movements. */
export const TREES_PER_CHUNK = 3;

/** The three roots of each chunk, in this order, and how many movements it has. */
export interface CommitJob extends RangeOfItems {
  readonly kind: "commit";
  /** First instruction and number of instructions of each chunk. */
  readonly chunks: Uint32Array;
  readonly instructions: Uint8Array;
  readonly receipts: Uint8Array;
  readonly movements: MovementSource;
  readonly roots: Uint8Array;
  readonly movementCounts: Uint32Array;
}

export function commitChunks({
  chunks,
  instructions,
  receipts,
  movements,
  roots,
  movementCounts,
}: CommitJob): RangeWork {
  const writeRoot = createRoots();
  const leaves = new MovementLeaves(movements, receipts);

  return (from, to) => {
    for (let chunk = from; chunk < to; chunk++) {
      const [first, count] = [chunks[2 * chunk] ?? 0, chunks[2 * chunk + 1] ?? 0];
      const offset = TREES_PER_CHUNK * chunk * HASH_BYTES;
      for (const [tree, [records, size]] of [
        [instructions, INSTRUCTION_BYTES] as const,
        [receipts, RECEIPT_BYTES] as const,
      ].entries()) {
        const hashLeaves = (level: Uint8Array) => hashRecordLeaves({ records, size, first, count }, level);
        writeRoot(count, hashLeaves, roots, offset + tree * HASH_BYTES);
      }
      const moved = leaves.list(first, count);
      movementCounts[chunk] = moved;
      writeRoot(moved, (level) => leaves.hash(level), roots, offset + 2 * HASH_BYTES);
    }
  };
}
