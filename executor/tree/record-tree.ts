import { copyWords, wordsOf } from "../formats/integers.ts";
import { HASH_BYTES } from "../formats/merkle.ts";
import { emptyNodes } from "./empty-nodes.ts";
import { BATCH_CAPACITY, nodeBatch, recordBatch } from "./thread-batches.ts";

const WORD_BYTES = 4;
const HASH_WORDS = HASH_BYTES / WORD_BYTES;
const PAIR_WORDS = 2 * HASH_WORDS;

/** A run of records of one size: instructions or receipts, or a chunk's part of them. */
export interface RecordRun {
  readonly records: Uint8Array;
  /** Bytes of a record, a multiple of 4. */
  readonly size: number;
  readonly first: number;
  readonly count: number;
}

/** Hashes a leaf for each record of `run` into `target`, 32 bytes each from its start. */
export function hashRecordLeaves({ records, size, first, count }: RecordRun, target: Uint8Array): void {
  const batch = recordBatch(size);
  const source = alignedWordsOf(records);
  const recordWords = size / WORD_BYTES;

  for (let done = 0; done < count; done += BATCH_CAPACITY) {
    const part = Math.min(BATCH_CAPACITY, count - done);
    for (let i = 0; i < part; i++) {
      copyWords(source, (first + done + i) * recordWords, batch.words, i * batch.wordStride, recordWords);
    }
    batch.hash(part);
    target.set(batch.output.subarray(0, part * HASH_BYTES), done * HASH_BYTES);
  }
}

/** Hashes the `count` nodes of a level, `depth` levels above the leaves, into their parents, in place; returns how many these are. */
function raiseLevel(level: Uint8Array, count: number, depth: number): number {
  const batch = nodeBatch();
  const source = wordsOf(level);
  const parents = (count + 1) >> 1;
  if (count % 2 === 1) level.set(emptyNodes(depth)[depth] ?? new Uint8Array(HASH_BYTES), count * HASH_BYTES);

  for (let done = 0; done < parents; done += BATCH_CAPACITY) {
    const part = Math.min(BATCH_CAPACITY, parents - done);
    for (let i = 0; i < part; i++) {
      copyWords(source, (done + i) * PAIR_WORDS, batch.words, i * batch.wordStride, PAIR_WORDS);
    }
    batch.hash(part);
    level.set(batch.output.subarray(0, part * HASH_BYTES), done * HASH_BYTES); // behind what is read next
  }
  return parents;
}

/** Writes the root of `leaves` leaves, which `hashLeaves` writes, to `target` from `offset`. */
export type WriteRoot = (
  leaves: number,
  hashLeaves: (level: Uint8Array) => void,
  target: Uint8Array,
  offset: number,
) => void;

/**
 * Takes the roots of trees one after another, with one buffer for all of them: a level is hashed over the one below. The
 * root is zero of no leaves, the leaf of one.
 */
export function createRoots(): WriteRoot {
  let level = new Uint8Array(0);

  return (leaves, hashLeaves, target, offset) => {
    const room = (leaves + 1) * HASH_BYTES;
    if (level.length < room) level = new Uint8Array(room);
    level.fill(0, 0, HASH_BYTES);

    hashLeaves(level);
    for (let count = leaves, depth = 0; count > 1; depth++) count = raiseLevel(level, count, depth);
    target.set(level.subarray(0, HASH_BYTES), offset);
  };
}

const alignedWordsOf = (bytes: Uint8Array): Int32Array =>
  wordsOf(bytes.byteOffset % WORD_BYTES === 0 ? bytes : bytes.slice());
