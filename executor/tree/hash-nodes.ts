import { copyWords, wordsOf } from "../formats/integers.ts";
import { KERNEL_BYTES, type KernelMemory, nodeKernel } from "../keccak/node-kernel.ts";
import { near } from "./near.ts";
import type { NodeHeap } from "./node-heap.ts";
import { BATCH_CAPACITY, nodeBatch } from "./thread-batches.ts";

const HASH_WORDS = 8;
const PAIR_WORDS = 16;

/** Hashes the first `count` nodes of a list from `listIn`, all of one level, from their children. */
export type HashLevel = (list: Uint32Array, count: number) => void;

/** For the nodes of `heap`. */
export function createLevelHasher({ nodes, memory }: NodeHeap): HashLevel {
  return memory === undefined ? byCopies(nodes) : byKernel(nodes, memory);
}

/** Where the nodes lie. A hash is more steps than the processor looks ahead, so a part's nodes are brought near first. */
function byKernel(nodes: Uint8Array, memory: KernelMemory): HashLevel {
  const hashNodes = nodeKernel(memory);
  const heap = wordsOf(nodes);

  return (list, count) => {
    if (count % 2 === 1) list[count] = list[count - 1] ?? 0; // hashed twice, and written twice the same
    for (let first = 0; first < count; first += BATCH_CAPACITY) {
      const size = Math.min(BATCH_CAPACITY, count - first);
      let sum = 0;
      for (let i = first; i < first + size; i++) {
        const node = list[i] ?? 0;
        sum ^= (heap[node * PAIR_WORDS] ?? 0) ^ (heap[node * HASH_WORDS] ?? 0);
      }
      near.sum = sum;
      hashNodes(list.byteOffset + first * Uint32Array.BYTES_PER_ELEMENT, KERNEL_BYTES, (size + 1) >> 1);
    }
  };
}

function byCopies(nodes: Uint8Array): HashLevel {
  const batch = nodeBatch();
  const { words, wordStride, outputWords } = batch;
  const heap = wordsOf(nodes);

  return (list, count) => {
    for (let first = 0; first < count; first += BATCH_CAPACITY) {
      const size = Math.min(BATCH_CAPACITY, count - first);
      for (let i = 0; i < size; i++) {
        copyWords(heap, (list[first + i] ?? 0) * PAIR_WORDS, words, i * wordStride, PAIR_WORDS);
      }
      batch.hash(size);
      for (let i = 0; i < size; i++) {
        copyWords(outputWords, i * HASH_WORDS, heap, (list[first + i] ?? 0) * HASH_WORDS, HASH_WORDS);
      }
    }
  };
}

/**
 * Turns the first `count` nodes of `list`, ascending and distinct, into their parents, ascending and distinct; returns
 * how many these are.
 */
export function raiseToParents(list: Uint32Array, count: number): number {
  if (count === 0) return 0;
  let parents = 0;
  let parent = (list[0] ?? 0) >>> 1;
  for (let i = 1; i < count; i++) {
    const next = (list[i] ?? 0) >>> 1;
    list[parents] = parent;
    parents += Number(next !== parent); // no branch: whether a sibling changed too cannot be foreseen
    parent = next;
  }
  list[parents] = parent;
  return parents + 1;
}
