import { HASH_BYTES } from "../formats/merkle.ts";
import { createNodeHasher, raiseToParents } from "./hash-nodes.ts";
import { PositionalTree } from "./positional-tree.ts";
import { hashRecordLeaves, type RecordRun } from "./record-tree.ts";

/** The tree over `leaves`, 32 bytes each, with all its nodes. */
export function treeOfLeaves(leaves: Uint8Array): PositionalTree {
  return wholeTree(leaves.length / HASH_BYTES, (target) => target.set(leaves));
}

/** The tree over a run of records, with all its nodes. */
export function treeOfRecords(run: RecordRun): PositionalTree {
  return wholeTree(run.count, (target) => hashRecordLeaves(run, target));
}

function wholeTree(count: number, writeLeaves: (target: Uint8Array) => void): PositionalTree {
  const tree = new PositionalTree(count);
  tree.growTo(count);
  writeLeaves(tree.nodes.subarray(tree.capacity * HASH_BYTES));

  const hashNodes = createNodeHasher(tree.nodes);
  const nodes = Uint32Array.from({ length: count }, (_, place) => tree.capacity + place);
  for (let width = tree.capacity, touched = count; width > 1; width /= 2) {
    touched = raiseToParents(nodes, touched);
    hashNodes(nodes, touched);
  }
  return tree;
}
