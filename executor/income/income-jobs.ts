import { writeSync } from "node:fs";
import { copyWords, wordsOf } from "../formats/integers.ts";
import { HASH_BYTES } from "../formats/merkle.ts";
import type { RangeOfItems, RangeWork } from "../workers/jobs.ts";
import { createInnerNodes, createLeafNodes, type TreeMemory } from "./income-hashing.ts";
import { ROW_BYTES } from "./income-rows.ts";
import { PROOF_HEADER_BYTES } from "./proof-header.ts";
import { proofLayout } from "./proof-layout.ts";
import { depthOf, leafNode, parentOf, siblingOf, treeShape } from "./tree-shape.ts";

const WORD_BYTES = 4;
const ROW_WORDS = ROW_BYTES / WORD_BYTES;
const HASH_WORDS = HASH_BYTES / WORD_BYTES;

/** All nodes below and at each node of one level: as many independent pieces as that level has nodes. */
export interface IncomeTreeJob extends RangeOfItems, TreeMemory {
  readonly kind: "incomeTree";
  readonly count: number;
  readonly level: number;
}

/** The records of rows, each at its place in a file that is open for writing. */
export interface IncomeProofsJob extends RangeOfItems {
  readonly kind: "incomeProofs";
  readonly rows: Uint8Array;
  readonly tree: Uint8Array;
  /** Descriptor of the file; all threads of a process share it. */
  readonly file: number;
}

/** Hashes subtrees, each from its leaves up. */
export function hashSubtrees(job: IncomeTreeJob): RangeWork {
  const shape = treeShape(job.count);
  const firstLeaf = job.count - 1;
  const hashLeaves = createLeafNodes(job, shape);
  const hashInner = createInnerNodes(job.tree);

  return (fromPiece, toPiece) => {
    for (let piece = fromPiece; piece < toPiece; piece++) {
      const root = 2 ** job.level - 1 + piece;
      for (let below = shape.depth - depthOf(root); below >= 0; below--) {
        const from = (root + 1) * 2 ** below - 1;
        const to = Math.min(from + 2 ** below, shape.nodes);
        hashLeaves(Math.max(from, firstLeaf), to);
        hashInner(from, Math.min(to, firstLeaf));
      }
    }
  };
}

/**
 * Puts records together in a buffer of this thread and writes them with one call per piece. Neighbours have all but some
 * two hashes of their proofs in common: those are copied at once from the record before.
 */
export function writeProofs({ total, pieceSize, rows, tree, file }: IncomeProofsJob): RangeWork {
  const shape = treeShape(total);
  const layout = proofLayout(total, PROOF_HEADER_BYTES);
  const buffer = new Uint8Array(pieceSize * (ROW_BYTES + shape.depth * HASH_BYTES));
  const target = wordsOf(buffer);
  const rowWords = wordsOf(rows);
  const nodeWords = wordsOf(tree);

  return (from, to) => {
    let at = 0;
    for (let index = from; index < to; index++) {
      const length = layout.proofLength(index);
      copyWords(rowWords, index * ROW_WORDS, target, at, ROW_WORDS);
      at += ROW_WORDS;

      let node = leafNode(shape, index);
      let neighbour = index > from && layout.proofLength(index - 1) === length ? node + 1 : 0;
      let level = 0;
      for (; level < length && node !== neighbour; level++) {
        copyWords(nodeWords, siblingOf(node) * HASH_WORDS, target, at + level * HASH_WORDS, HASH_WORDS);
        node = parentOf(node);
        neighbour = parentOf(neighbour);
      }
      const rest = at + level * HASH_WORDS;
      const before = rest - ROW_WORDS - length * HASH_WORDS;
      if (level < length) target.copyWithin(rest, before, before + (length - level) * HASH_WORDS);
      at += length * HASH_WORDS;
    }
    writeAll(file, buffer.subarray(0, at * WORD_BYTES), layout.offsetOf(from));
  };
}

/** Writes all of `bytes`, in as many calls as the system wants. */
export function writeAll(file: number, bytes: Uint8Array, position: number): void {
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(file, bytes, written, bytes.length - written, position + written);
  }
}
