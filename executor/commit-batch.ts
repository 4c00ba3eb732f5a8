import type { ChunkResult } from "./batch-result.ts";
import { writeBatchFile } from "./formats/batch-file.ts";
import { encodeChunk } from "./formats/chunk-leaf.ts";
import { type BatchHeader, MODE_STRICT } from "./formats/header.ts";
import { fromHex, toHex } from "./formats/hex.ts";
import { type Keccak, loadKeccak } from "./formats/keccak.ts";
import { HASH_BYTES, leafHash, merkleRoot } from "./formats/merkle.ts";
import type { ClosedChunk } from "./ledger/posting.ts";
import type { PreparedBatch } from "./prepare-batch.ts";
import type { JobRunner, RunOptions } from "./workers/pool.ts";
import { sharedBytes } from "./workers/shared-bytes.ts";

/** What there is to commit to. */
export interface Decided {
  readonly orderIds: Uint8Array;
  readonly instructions: Uint8Array;
  readonly receipts: Uint8Array;
  readonly closed: readonly ClosedChunk[];
  /** The root over all positions as they are then; it may still be being hashed. */
  readonly positionsRoot: Promise<Uint8Array>;
  /** The batch file, if it has been written already. */
  readonly file?: Uint8Array | undefined;
}

/** What commits to it. */
export interface Commitment {
  readonly chunks: readonly ChunkResult[];
  readonly header: BatchHeader;
  readonly file: Uint8Array;
}

/** Hashes a decided batch: chunk trees in the workers, and meanwhile the batch file in this thread. */
export async function commitBatch(
  batch: PreparedBatch,
  decided: Decided,
  pool: JobRunner,
  options: RunOptions,
): Promise<Commitment> {
  const keccak = await loadKeccak();
  const { closed, instructions, receipts } = decided;
  const roots = sharedBytes(2 * HASH_BYTES * closed.length);
  const bounds = Uint32Array.from(
    closed.flatMap(({ firstInstruction, instructionCount }) => [firstInstruction, instructionCount]),
  );

  const hashing = Promise.all([
    pool.run(
      { kind: "commit", total: closed.length, pieceSize: 1, chunks: bounds, instructions, receipts, roots },
      options,
    ),
    decided.positionsRoot,
  ]);
  const file = decided.file ?? writeBatchFile(batch, decided.orderIds, decided.instructions);
  const fileHash = toHex(keccak(file));
  const [, positionsRoot] = await hashing;

  const chunks = closed.map((chunk, index) => hashChunk(keccak, chunk, index, roots));
  const chunkLeaves = new Uint8Array(HASH_BYTES * chunks.length);
  for (const { index, leaf } of chunks) chunkLeaves.set(fromHex(leaf, HASH_BYTES), index * HASH_BYTES);

  const header: BatchHeader = {
    number: batch.number,
    mode: MODE_STRICT,
    time: batch.time,
    openingBlock: batch.snapshot.openingBlock,
    instructionCount: batch.instructionCount,
    chunkCount: chunks.length,
    chunksRoot: toHex(merkleRoot(keccak, chunkLeaves)),
    positionsRoot: toHex(positionsRoot),
    fileHash,
  };
  return { chunks, header, file };
}

function hashChunk(keccak: Keccak, chunk: ClosedChunk, index: number, roots: Uint8Array): ChunkResult {
  const { firstInstruction, instructionCount, net, encodedNet } = chunk;
  const instructionsRoot = roots.subarray(2 * index * HASH_BYTES, (2 * index + 1) * HASH_BYTES);
  const receiptsRoot = roots.subarray((2 * index + 1) * HASH_BYTES, (2 * index + 2) * HASH_BYTES);
  const hash = keccak(encodedNet);
  const leaf = leafHash(
    keccak,
    encodeChunk(index, firstInstruction, instructionCount, instructionsRoot, receiptsRoot, hash),
  );

  return {
    index,
    firstInstruction,
    instructionCount,
    instructionsRoot: toHex(instructionsRoot),
    receiptsRoot: toHex(receiptsRoot),
    netHash: toHex(hash),
    leaf: toHex(leaf),
    net,
  };
}
