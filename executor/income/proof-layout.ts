import { HASH_BYTES } from "../formats/merkle.ts";
import { ROW_BYTES } from "./income-rows.ts";
import { treeShape } from "./tree-shape.ts";

/** Where the record of each leaf stands in a proof file: a row and its proof, without gaps. */
export interface ProofLayout {
  readonly fileBytes: number;
  offsetOf(index: number): number;
  proofLength(index: number): number;
}

/** The layout of a file of `count` records after a header of `headerBytes`. */
export function proofLayout(count: number, headerBytes: number): ProofLayout {
  const { depth, deepLeaves } = treeShape(count);
  const longest = ROW_BYTES + depth * HASH_BYTES;
  const offsetOf = (index: number) => headerBytes + index * longest - Math.max(0, index - deepLeaves) * HASH_BYTES;

  return {
    fileBytes: offsetOf(count),
    offsetOf,
    proofLength: (index) => (index < deepLeaves ? depth : depth - 1),
  };
}
