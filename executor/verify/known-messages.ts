import { copyWords } from "../formats/integers.ts";

/**
 * Signatures that were valid before, so that the same message is not recovered again: an order that is filled over several
 * batches, a batch that is tried once more. What is kept is keccak256 of id and signature, 32 bytes each; an id says signer,
 * chain and desk. Who is not found is verified as ever, so what is forgotten costs time and nothing else.
 */
export interface KnownMessages {
  /** In shared memory: buckets of four hashes. */
  readonly slots: Int32Array;
}

const HASH_WORDS = 8;
const PER_BUCKET = 4;
const BUCKET_WORDS = HASH_WORDS * PER_BUCKET;

/** Room for at least `capacity` messages; a full bucket forgets one of its four. */
export function createKnownMessages(capacity: number): KnownMessages {
  const buckets = 2 ** Math.ceil(Math.log2(Math.max(1, capacity / PER_BUCKET)));
  return { slots: new Int32Array(new SharedArrayBuffer(4 * BUCKET_WORDS * buckets)) };
}

/** Whether the hash at `at` of `hashes` is known. */
export function isKnown({ slots }: KnownMessages, hashes: Int32Array, at: number): boolean {
  const bucket = bucketOf(slots, hashes, at);
  for (let slot = bucket; slot < bucket + BUCKET_WORDS; slot += HASH_WORDS) {
    let word = 0;
    while (word < HASH_WORDS && slots[slot + word] === hashes[at + word]) word++;
    if (word === HASH_WORDS) return true;
  }
  return false;
}

/**
 * Remembers the hash at `at`. Threads may write the same place at once: what is left is then made of parts of two hashes, and to
 * find a message with that hash is as hard as with any other.
 */
export function remember({ slots }: KnownMessages, hashes: Int32Array, at: number): void {
  const bucket = bucketOf(slots, hashes, at);
  let slot = bucket + ((hashes[at + 1] ?? 0) & (PER_BUCKET - 1)) * HASH_WORDS; // if all are taken
  for (let free = bucket; free < bucket + BUCKET_WORDS; free += HASH_WORDS) {
    if (slots[free] === 0 && slots[free + 1] === 0) slot = free;
  }
  copyWords(hashes, at, slots, slot, HASH_WORDS);
}

function bucketOf(slots: Int32Array, hashes: Int32Array, at: number): number {
  return ((hashes[at] ?? 0) & (slots.length / BUCKET_WORDS - 1)) * BUCKET_WORDS;
}
