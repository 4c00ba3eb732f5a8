import { HASH_BYTES } from "../formats/merkle.ts";
import { createKeccakBatch, type KeccakBatch } from "../keccak/keccak-batch.ts";

/** Messages per call: enough to hide the call, few enough to stay in the processor's nearest caches. */
export const BATCH_CAPACITY = 128;

const batches = new Map<string, KeccakBatch>();

/**
 * This thread's batch for messages of `length` bytes whose words begin after `lead` of them. It stays for the next job;
 * whoever takes it writes all that he hashes, and is done with it before anyone else can ask.
 */
function threadBatch(length: number, lead: number): KeccakBatch {
  const key = `${length}/${lead}`;
  const batch = batches.get(key) ?? createKeccakBatch({ length, lead, capacity: BATCH_CAPACITY });
  batches.set(key, batch);
  return batch;
}

/** For inner nodes: two hashes each. */
export const nodeBatch = (): KeccakBatch => threadBatch(2 * HASH_BYTES, 0);

/** For leaves of records of `size` bytes: a zero byte, and the record on a word's boundary. */
export const recordBatch = (size: number): KeccakBatch => threadBatch(1 + size, 1);

/** For leaves of which all but the first `lead` bytes are made of words. */
export const leafBatch = (size: number, lead: number): KeccakBatch => threadBatch(1 + size, lead);
