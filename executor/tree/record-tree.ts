import { copyWords, wordsOf } from "../formats/integers.ts";
import { HASH_BYTES } from "../formats/merkle.ts";
import type { KeccakBatch } from "../keccak/keccak-batch.ts";
import { createKernelMemory, type HashNodes, KERNEL_BYTES, nodeKernel } from "../keccak/node-kernel.ts";
import { longsOf } from "./copy-fields.ts";
import { emptyNodes } from "./empty-nodes.ts";
import { depthOf } from "./positional-tree.ts";
import { BATCH_CAPACITY, recordBatch } from "./thread-batches.ts";

const WORD_BYTES = 4;
const LONG_BYTES = 8;
/** The zero byte of a leaf, before the record. */
const LEAD_BYTES = 1;

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
  const copy = copierOf(records, size, batch);

  for (let done = 0; done < count; done += BATCH_CAPACITY) {
    const part = Math.min(BATCH_CAPACITY, count - done);
    for (let i = 0; i < part; i++) copy(first + done + i, i);
    batch.hash(part);
    target.set(batch.output.subarray(0, part * HASH_BYTES), done * HASH_BYTES);
  }
}

/** Copies record number `record` to place `place` of a batch. */
type CopyRecord = (record: number, place: number) => void;

/** By words of 64 bits if the records lie on such, as those of a batch do; else by words of 32. */
function copierOf(records: Uint8Array, size: number, batch: KeccakBatch): CopyRecord {
  if (records.byteOffset % LONG_BYTES !== 0 || size % LONG_BYTES !== 0) {
    const source = alignedWordsOf(records);
    const length = size / WORD_BYTES;
    return (record, place) => copyWords(source, record * length, batch.words, place * batch.wordStride, length);
  }
  const [source, target] = [longsOf(records), longsOf(batch.input.subarray(LEAD_BYTES))];
  const [length, stride] = [size / LONG_BYTES, batch.stride / LONG_BYTES];
  return (record, place) => copyLongs(source, record * length, target, place * stride, length);
}

function copyLongs(source: BigInt64Array, from: number, target: BigInt64Array, to: number, count: number): void {
  for (let i = 0; i < count; i++) target[to + i] = source[from + i] ?? 0n;
}

/** Writes the root of `leaves` leaves, which `hashLeaves` writes, to `target` from `offset`. */
export type WriteRoot = (
  leaves: number,
  hashLeaves: (level: Uint8Array) => void,
  target: Uint8Array,
  offset: number,
) => void;

/** Trees of fewer leaves share one memory: nearly all do, and each takes gigabytes of addresses. */
const FEWEST_LEAVES = 2 ** 12;

/** Where this thread takes roots: the nodes of one tree, as a heap. */
interface RootHeap {
  readonly capacity: number;
  readonly nodes: Uint8Array;
  readonly hashNodes: HashNodes;
  /** Address of the numbers 0, 1, 2 …: the nodes of a level are numbers one after another. */
  readonly numbersAt: number;
}

let rootHeap: RootHeap | undefined;

function createRootHeap(leaves: number): RootHeap {
  const capacity = 2 ** Math.max(depthOf(leaves), Math.log2(FEWEST_LEAVES));
  const memory = createKernelMemory(2 * capacity * (HASH_BYTES + WORD_BYTES));
  const numbersAt = KERNEL_BYTES + 2 * capacity * HASH_BYTES;
  const numbers = new Uint32Array(memory.buffer, numbersAt, 2 * capacity);
  for (let node = 0; node < numbers.length; node++) numbers[node] = node;
  const nodes = new Uint8Array(memory.buffer, KERNEL_BYTES, 2 * capacity * HASH_BYTES);
  return { capacity, nodes, hashNodes: nodeKernel(memory), numbersAt };
}

/**
 * Takes the roots of trees one after another, in one place for all of them, where each level is hashed from the one below without a
 * copy. The root is zero of no leaves, the leaf of one.
 */
export function createRoots(): WriteRoot {
  return (leaves, hashLeaves, target, offset) => {
    if (rootHeap === undefined || leaves > rootHeap.capacity) rootHeap = createRootHeap(leaves);
    const { nodes, hashNodes, numbersAt } = rootHeap;
    const depth = depthOf(leaves);
    const bottom = 2 ** depth;

    nodes.fill(0, bottom * HASH_BYTES, (bottom + 1) * HASH_BYTES);
    hashLeaves(nodes.subarray(bottom * HASH_BYTES));
    for (let level = 0, count = leaves; level < depth; level++) {
      const first = bottom >> level;
      if (count % 2 === 1) nodes.set(emptyNodes(level)[level] ?? NO_HASH, (first + count) * HASH_BYTES);
      count = (count + 1) >> 1;
      // An odd one is hashed beside its neighbour, where nothing stands yet that anyone will read.
      hashNodes(numbersAt + (first >> 1) * WORD_BYTES, KERNEL_BYTES, (count + 1) >> 1);
    }
    target.set(nodes.subarray(HASH_BYTES, 2 * HASH_BYTES), offset);
  };
}

const NO_HASH = new Uint8Array(HASH_BYTES);

const alignedWordsOf = (bytes: Uint8Array): Int32Array =>
  wordsOf(bytes.byteOffset % WORD_BYTES === 0 ? bytes : bytes.slice());
