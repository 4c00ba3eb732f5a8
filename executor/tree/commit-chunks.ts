import { INSTRUCTION_BYTES } from "../formats/instruction-record.ts";
import { HASH_BYTES } from "../formats/merkle.ts";
import { RECEIPT_BYTES } from "../formats/receipt.ts";
import type { RangeOfItems, RangeWork } from "../workers/jobs.ts";
import { createRecordRoots } from "./record-tree.ts";

/** Both roots of each chunk, instructions' then receipts'. */
export interface CommitJob extends RangeOfItems {
  readonly kind: "commit";
  /** First instruction and number of instructions of each chunk. */
  readonly chunks: Uint32Array;
  readonly instructions: Uint8Array;
  readonly receipts: Uint8Array;
  readonly roots: Uint8Array;
}

export function commitChunks({ chunks, instructions, receipts, roots }: CommitJob): RangeWork {
  const writeRoot = createRecordRoots();

  return (from, to) => {
    for (let chunk = from; chunk < to; chunk++) {
      const [first, count] = [chunks[2 * chunk] ?? 0, chunks[2 * chunk + 1] ?? 0];
      const offset = 2 * chunk * HASH_BYTES;
      writeRoot({ records: instructions, size: INSTRUCTION_BYTES, first, count }, roots, offset);
      writeRoot({ records: receipts, size: RECEIPT_BYTES, first, count }, roots, offset + HASH_BYTES);
    }
  };
}
