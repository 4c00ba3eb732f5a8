import { writeHex } from "../formats/hex.ts";
import { copyWords, viewOf, wordsOf } from "../formats/integers.ts";
import { HASH_BYTES } from "../formats/merkle.ts";
import { createKeccakBatch } from "../keccak/keccak-batch.ts";
import { ADDRESS_BYTES } from "./addresses.ts";
import { INCOME_BYTES, LEAF_PREIMAGE_BYTES, PREIMAGE_AT } from "./income-leaf.ts";
import { ROW_AT, ROW_BYTES } from "./income-rows.ts";
import type { TreeShape } from "./tree-shape.ts";

/** Messages per call: enough to hide the call, few enough to stay in the processor's nearest caches. */
export const BATCH_CAPACITY = 128;

/** Copied as 32-bit words; all offsets are multiples of one. */
const WORD = 4;
const HASH_WORDS = HASH_BYTES / WORD;
const ROW_WORDS = ROW_BYTES / WORD;

/** What a thread needs to hash nodes of one tree: the list, and the nodes, each 32 bytes, the root first. */
export interface TreeMemory {
  readonly listKey: string;
  readonly rows: Uint8Array;
  readonly tree: Uint8Array;
}

/** Hashes the nodes from `from` up to `to`. */
export type HashNodes = (from: number, to: number) => void;

/** Hashes leaves from their rows. */
export function createLeafNodes({ listKey, rows, tree }: TreeMemory, { nodes }: TreeShape): HashNodes {
  const batch = createKeccakBatch({ length: LEAF_PREIMAGE_BYTES, times: 2, capacity: BATCH_CAPACITY });
  const view = viewOf(batch.input);
  const input = wordsOf(batch.input);
  const source = wordsOf(rows);
  const stride = batch.stride / WORD;
  for (let message = 0; message < BATCH_CAPACITY; message++) {
    writeHex(batch.input, message * batch.stride + PREIMAGE_AT.listKey, HASH_BYTES, listKey);
  }

  return inBatches((from, count) => {
    for (let message = 0; message < count; message++) {
      const index = nodes - 1 - (from + message);
      const row = index * ROW_WORDS;
      const at = message * stride;
      view.setUint32(message * batch.stride + PREIMAGE_AT.index, index);
      copyWords(source, row + ROW_AT.holder / WORD, input, at + PREIMAGE_AT.holder / WORD, ADDRESS_BYTES / WORD);
      copyWords(source, row + ROW_AT.gross / WORD, input, at + PREIMAGE_AT.gross / WORD, INCOME_BYTES / WORD);
      copyWords(source, row + ROW_AT.withheld / WORD, input, at + PREIMAGE_AT.withheld / WORD, INCOME_BYTES / WORD);
    }
    batch.hash(count);
    tree.set(batch.output.subarray(0, count * HASH_BYTES), from * HASH_BYTES);
  });
}

/** Hashes nodes from their children, which stand side by side: the lower one first. */
export function createInnerNodes(tree: Uint8Array): HashNodes {
  const batch = createKeccakBatch({ length: 2 * HASH_BYTES, capacity: BATCH_CAPACITY });
  const input = wordsOf(batch.input);
  const source = wordsOf(tree);
  const view = viewOf(tree);
  const stride = batch.stride / WORD;

  return inBatches((from, count) => {
    for (let message = 0; message < count; message++) {
      const left = (2 * (from + message) + 1) * HASH_BYTES;
      const leftFirst = isAscending(view, left, left + HASH_BYTES);
      const at = message * stride;
      copyWords(source, left / WORD, input, at + (leftFirst ? 0 : HASH_WORDS), HASH_WORDS);
      copyWords(source, left / WORD + HASH_WORDS, input, at + (leftFirst ? HASH_WORDS : 0), HASH_WORDS);
    }
    batch.hash(count);
    tree.set(batch.output.subarray(0, count * HASH_BYTES), from * HASH_BYTES);
  });
}

/** Whether the hash at `a` is not above the one at `b`. */
function isAscending(view: DataView, a: number, b: number): boolean {
  for (let i = 0; i < HASH_BYTES; i += WORD) {
    const difference = view.getUint32(a + i) - view.getUint32(b + i);
    if (difference !== 0) return difference < 0;
  }
  return true;
}

const inBatches =
  (hash: (from: number, count: number) => void): HashNodes =>
  (from, to) => {
    for (let node = from; node < to; node += BATCH_CAPACITY) hash(node, Math.min(BATCH_CAPACITY, to - node));
  };
