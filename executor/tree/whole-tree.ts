import { HASH_BYTES } from "../formats/merkle.ts";
import { createLevelHasher, raiseToParents } from "./hash-nodes.ts";
import { listIn } from "./node-heap.ts";
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
  writeLeaves(tree.heap.nodes.subarray(tree.capacity * HASH_BYTES));

  const hashLevel = createLevelHasher(tree.heap);
  const list = listIn(tree.heap, 0, 0, count);
  for (let place = 0; place < count; place++) list[place] = tree.capacity + place;
  for (let width = tree.capacity, touched = count; width > 1; width /= 2) {
    touched = raiseToParents(list, touched);
    hashLevel(list, touched);
  }
  return tree;
}
