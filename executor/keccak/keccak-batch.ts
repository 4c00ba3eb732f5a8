import { requireInput } from "../errors.ts";
import { HASH_BYTES } from "../formats/merkle.ts";
import { BLOCK_BYTES, CONSTANT_BYTES, encodeKeccakModule } from "./keccak-program.ts";

const PAGE_BYTES = 65_536;
/** Words lie at multiples of this, so that they may be seen as 32 or 64 bits each. */
const WORD_BYTES = 8;
const INT_BYTES = 4;
const PAD_FIRST = 0x01;
const PAD_LAST = 0x80;

/** What is hashed at once, and how. */
export interface KeccakBatchShape {
  /** Bytes of each message. */
  readonly length: number;
  /** 2 hashes the hash once more; 1 if left out. */
  readonly times?: 1 | 2;
  /** Most messages of one call; even. */
  readonly capacity: number;
  /** Bytes of each message before those that are to lie on a word's boundary, to be written as `words`; 0 if left out. */
  readonly lead?: number;
}

/**
 * Hashes many messages of one length per call: the caller writes message *i* from `i × stride` of `input` and calls
 * `hash`; its hash is then at `i × 32` of `output`. What the caller does not overwrite stays from call to call.
 */
export interface KeccakBatch {
  readonly capacity: number;
  readonly input: Uint8Array<ArrayBuffer>;
  readonly stride: number;
  /** The messages from their byte `lead` on, as 32-bit words to be copied; the next one `wordStride` words further. */
  readonly words: Int32Array<ArrayBuffer>;
  readonly wordStride: number;
  readonly output: Uint8Array<ArrayBuffer>;
  /** The output as such words, eight to a hash. */
  readonly outputWords: Int32Array<ArrayBuffer>;
  hash(count: number): void;
}

type Hash = (
  messages: number,
  stride: number,
  blocks: number,
  output: number,
  outputStride: number,
  pairs: number,
) => void;

let compiled: WebAssembly.Module | undefined;

/** A batch with a memory of its own, to be used by one thread. */
export function createKeccakBatch(shape: KeccakBatchShape): KeccakBatch {
  const [batch] = createKeccakBatches([shape]);
  if (batch === undefined) throw new RangeError("no batch of one shape");
  return batch;
}

/**
 * Batches that share one memory, to be used by one thread. A WebAssembly memory takes gigabytes of address space, so that
 * many threads with many batches would run out of it.
 */
export function createKeccakBatches(shapes: readonly KeccakBatchShape[]): KeccakBatch[] {
  compiled ??= new WebAssembly.Module(encodeKeccakModule());
  const bytes = shapes.reduce((end, shape) => layOut(shape, end).end, CONSTANT_BYTES);
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) });
  const hash = hashOf(new WebAssembly.Instance(compiled, { env: { memory } }));

  let from = CONSTANT_BYTES;
  return shapes.map((shape) => {
    const place = layOut(shape, from);
    from = place.end;
    return openBatch(memory, hash, shape, place);
  });
}

/** Where a batch's messages, its first hashes (if they are hashed again) and its hashes stand in a memory that is free from `from` on. */
function layOut({ length, times = 1, capacity, lead = 0 }: KeccakBatchShape, from: number) {
  requireInput(capacity > 0 && capacity % 2 === 0, `a batch of ${capacity} messages, which are hashed in pairs`);
  const blocks = Math.floor(length / BLOCK_BYTES) + 1;
  const stride = blocks * BLOCK_BYTES;
  const wordsAt = alignUp(from + lead);
  const firstAt = wordsAt - lead;
  const againAt = firstAt + capacity * stride;
  const outputAt = alignUp(againAt + (times - 1) * capacity * BLOCK_BYTES);
  return { blocks, stride, wordsAt, firstAt, againAt, outputAt, end: outputAt + capacity * HASH_BYTES };
}

function openBatch(
  memory: WebAssembly.Memory,
  hash: Hash,
  { length, times = 1, capacity, lead = 0 }: KeccakBatchShape,
  { blocks, stride, wordsAt, firstAt, againAt, outputAt }: ReturnType<typeof layOut>,
): KeccakBatch {
  for (let message = 0; message < capacity; message++) {
    pad(memory, firstAt + message * stride, length);
    if (times === 2) pad(memory, againAt + message * BLOCK_BYTES, HASH_BYTES);
  }
  return {
    capacity,
    input: new Uint8Array(memory.buffer, firstAt, capacity * stride),
    stride,
    words: new Int32Array(memory.buffer, wordsAt, (capacity * stride - stride + length - lead) >> 2),
    wordStride: stride / INT_BYTES,
    output: new Uint8Array(memory.buffer, outputAt, capacity * HASH_BYTES),
    outputWords: new Int32Array(memory.buffer, outputAt, (capacity * HASH_BYTES) / INT_BYTES),
    hash(count) {
      const pairs = (count + 1) >> 1; // an odd one is hashed beside whatever is left in its neighbour's place
      requireInput(count > 0 && count <= capacity, `${count} messages in a batch of ${capacity}`);
      if (times === 1) {
        hash(firstAt, stride, blocks, outputAt, HASH_BYTES, pairs);
      } else {
        hash(firstAt, stride, blocks, againAt, BLOCK_BYTES, pairs);
        hash(againAt, BLOCK_BYTES, 1, outputAt, HASH_BYTES, pairs);
      }
    },
  };
}

const alignUp = (address: number): number => Math.ceil(address / WORD_BYTES) * WORD_BYTES;

/** Marks the end of a message of `length` bytes at `at`, and the end of its last block. */
function pad(memory: WebAssembly.Memory, at: number, length: number): void {
  const bytes = new Uint8Array(memory.buffer, at);
  bytes[length] = PAD_FIRST;
  const last = (Math.floor(length / BLOCK_BYTES) + 1) * BLOCK_BYTES - 1;
  bytes[last] = (bytes[last] ?? 0) | PAD_LAST; // one byte is both, if only one is left
}

function hashOf({ exports }: WebAssembly.Instance): Hash {
  const { hash } = exports;
  if (!isHash(hash)) throw new TypeError("the module of keccak has no function");
  return hash;
}

const isHash = (exported: unknown): exported is Hash => typeof exported === "function";
