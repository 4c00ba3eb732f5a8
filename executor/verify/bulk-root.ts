import { BULK_HEIGHTS } from "../formats/bulk.ts";
import { copyWords, wordsOf } from "../formats/integers.ts";
import type { Keccak } from "../formats/keccak.ts";
import { ORDER_LAYOUT } from "../formats/message-layouts.ts";
import { hashBatches, PLACES } from "./hash-batches.ts";

/** Words of 32 bits in a hash. */
const HASH_WORDS = 8;

/** What fills a tree's places behind its last order: the hash of the order of zeros, and the nodes over nothing else, by height. */
export function emptyBulkNodes(keccak: Keccak): Uint8Array[] {
  const typeHash = keccak(Buffer.from(ORDER_LAYOUT.type));
  let node = keccak(Buffer.concat([typeHash, new Uint8Array(32 * ORDER_LAYOUT.words.length)]));
  return Array.from({ length: BULK_HEIGHTS + 1 }, () => {
    const at = node;
    node = keccak(Buffer.concat([at, at]));
    return at;
  });
}

/** A function that hashes a tree of `height` over `count` leaves in place: its root is the first hash of `leaves` then. */
export function createBulkRoot(keccak: Keccak): (leaves: Int32Array, count: number, height: number) => void {
  const { pair } = hashBatches();
  const { words: input, wordStride, outputWords } = pair;
  const empty = emptyBulkNodes(keccak).map(wordsOf);

  function hashLevel(nodes: Int32Array, count: number, nothing: Int32Array): number {
    const above = (count + 1) >> 1;
    for (let first = 0; first < above; first += PLACES) {
      const places = Math.min(PLACES, above - first);
      for (let place = 0; place < places; place++) {
        const left = 2 * (first + place);
        copyWords(nodes, left * HASH_WORDS, input, place * wordStride, 2 * HASH_WORDS);
        if (left + 1 === count) copyWords(nothing, 0, input, place * wordStride + HASH_WORDS, HASH_WORDS);
      }
      pair.hash(places);
      copyWords(outputWords, 0, nodes, first * HASH_WORDS, places * HASH_WORDS);
    }
    return above;
  }

  return (leaves, count, height) => {
    let left = count;
    for (let level = 0; level < height; level++) left = hashLevel(leaves, left, empty[level] ?? new Int32Array(8));
  };
}
