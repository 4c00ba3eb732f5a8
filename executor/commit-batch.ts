import type { ChunkResult } from "./batch-result.ts";
import { encodeChunk } from "./formats/chunk-leaf.ts";
import { type BatchHeader, modeByte } from "./formats/header.ts";
import { fromHex, toHex } from "./formats/hex.ts";
import { type Keccak, loadKeccak } from "./formats/keccak.ts";
import { HASH_BYTES, leafHash, merkleRoot } from "./formats/merkle.ts";
import type { ClosedChunk } from "./ledger/posting.ts";
import type { PreparedBatch } from "./prepare-batch.ts";
import type { PositionTables } from "./tree/position-table.ts";
import { PositionTrees, type TouchedPositions } from "./tree/position-trees.ts";
import type { JobRunner, RunOptions } from "./workers/pool.ts";
import { sharedBytes } from "./workers/shared-bytes.ts";

/** What there is to commit to. */
export interface Decided {
  /** In the order in which they settled. */
  readonly instructions: Uint8Array;
  readonly receipts: Uint8Array;
  readonly closed: readonly ClosedChunk[];
  /** All positions as they are then. */
  readonly positions: PositionTables;
  /** Their trees from the batch before, and what has changed since; left out, everything is hashed. */
  readonly trees?: PositionTrees | undefined;
  readonly touched?: TouchedPositions | undefined;
  /** keccak256 of the batch file; called while the workers hash. */
  readonly fileHash: () => Promise<Uint8Array>;
}

/** What commits to it. */
export interface Commitment {
  readonly chunks: readonly ChunkResult[];
  readonly header: BatchHeader;
}

/** Hashes a decided batch: chunk trees in the workers, and meanwhile the batch file in this thread. */
export async function commitBatch(
  batch: PreparedBatch,
  decided: Decided,
  pool: JobRunner,
  options: RunOptions,
): Promise<Commitment> {
  const keccak = await loadKeccak();
  const { closed, instructions, receipts, positions, trees = roomFor(positions), touched } = decided;
  const roots = sharedBytes(2 * HASH_BYTES * closed.length);
  const bounds = Uint32Array.from(
    closed.flatMap(({ firstInstruction, instructionCount }) => [firstInstruction, instructionCount]),
  );

  const hashing = Promise.all([
    pool.run(
      { kind: "commit", total: closed.length, pieceSize: 1, chunks: bounds, instructions, receipts, roots },
      options,
    ),
    trees.update(positions, pool, signalOf(options), touched),
  ]);
  const [fileHash] = await Promise.all([decided.fileHash(), hashing]);

  const chunks = closed.map((chunk, index) => hashChunk(keccak, chunk, index, roots));
  const chunkLeaves = new Uint8Array(HASH_BYTES * chunks.length);
  for (const { index, leaf } of chunks) chunkLeaves.set(fromHex(leaf, HASH_BYTES), index * HASH_BYTES);

  const header: BatchHeader = {
    number: batch.number,
    mode: modeByte(batch.mode),
    time: batch.time,
    openingBlock: batch.snapshot.openingBlock,
    instructionCount: batch.instructionCount,
    chunkCount: chunks.length,
    chunksRoot: toHex(merkleRoot(keccak, chunkLeaves)),
    positionsRoot: toHex(trees.root()),
    fileHash: toHex(fileHash),
  };
  return { chunks, header };
}

function roomFor({ shares, cash }: PositionTables): PositionTrees {
  return new PositionTrees({ shares: shares.count, cash: cash.count });
}

/** Progress is told in chunks. */
function signalOf({ signal }: RunOptions): RunOptions {
  return signal === undefined ? {} : { signal };
}

function hashChunk(keccak: Keccak, chunk: ClosedChunk, index: number, roots: Uint8Array): ChunkResult {
  const { firstInstruction, instructionCount, net, encodeNet } = chunk;
  const instructionsRoot = roots.subarray(2 * index * HASH_BYTES, (2 * index + 1) * HASH_BYTES);
  const receiptsRoot = roots.subarray((2 * index + 1) * HASH_BYTES, (2 * index + 2) * HASH_BYTES);
  const hash = keccak(encodeNet());
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
