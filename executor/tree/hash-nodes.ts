import { BATCH_CAPACITY, nodeBatch } from "./thread-batches.ts";

/** Of 64 bits, of which half as many are copied in little more than half the time. */
const HASH_WORDS = 4;
const PAIR_WORDS = 8;

/** Hashes inner nodes of the heap `nodes` from their children: the first `count` of `list`, which are all on one level. */
export function createNodeHasher(nodes: Uint8Array): (list: Uint32Array, count: number) => void {
  const batch = nodeBatch();
  const heap = longWordsOf(nodes);
  const input = longWordsOf(batch.input);
  const output = longWordsOf(batch.output);
  const stride = batch.wordStride / 2;

  return (list, count) => {
    for (let first = 0; first < count; first += BATCH_CAPACITY) {
      const size = Math.min(BATCH_CAPACITY, count - first);
      for (let i = 0; i < size; i++) copy(heap, (list[first + i] ?? 0) * PAIR_WORDS, input, i * stride, PAIR_WORDS);
      batch.hash(size);
      for (let i = 0; i < size; i++)
        copy(output, i * HASH_WORDS, heap, (list[first + i] ?? 0) * HASH_WORDS, HASH_WORDS);
    }
  };
}

/**
 * Turns the first `count` nodes of `list`, ascending and distinct, into their parents, ascending and distinct; returns
 * how many these are.
 */
export function raiseToParents(list: Uint32Array, count: number): number {
  let parents = 0;
  let last = 0;
  for (let i = 0; i < count; i++) {
    const parent = (list[i] ?? 0) >>> 1;
    if (parent === last) continue;
    list[parents++] = parent;
    last = parent;
  }
  return parents;
}

const longWordsOf = (bytes: Uint8Array): BigInt64Array =>
  new BigInt64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);

function copy(source: BigInt64Array, from: number, target: BigInt64Array, to: number, count: number): void {
  for (let i = 0; i < count; i++) target[to + i] = source[from + i] ?? 0n;
}
