import type { BatchResult, ChunkResult } from "./batch-result.ts";
import { fromHex } from "./formats/hex.ts";
import { HASH_BYTES } from "./formats/merkle.ts";
import { treeOfLeaves } from "./tree/whole-tree.ts";

/** A chunk with what the settlement desk needs to accept it under a committed header. */
export interface ChunkToSettle {
  readonly chunk: ChunkResult;
  /** Siblings of the chunk's leaf under `chunksRoot`. */
  readonly proof: readonly string[];
}

/** Posts one chunk and returns when it has settled; throws if the chain refused it. */
export type ChunkSettler = (chunk: ChunkToSettle, batch: BatchResult) => Promise<void>;

/** A chunk did not settle. Those before it did; those after it were not posted, because they build on it. */
export class ChunkNotSettledError extends Error {
  override readonly name = "ChunkNotSettledError";
  /** Index of the chunk. */
  readonly chunk: number;

  constructor(chunk: number, cause: unknown) {
    super(`chunk ${chunk} did not settle`, { cause });
    this.chunk = chunk;
  }
}

/** The chunks of a batch with their proofs, in order. */
export async function chunksToSettle({ chunks }: Pick<BatchResult, "chunks">): Promise<ChunkToSettle[]> {
  const leaves = new Uint8Array(chunks.length * HASH_BYTES);
  for (const { index, leaf } of chunks) leaves.set(fromHex(leaf, HASH_BYTES), index * HASH_BYTES);

  const tree = treeOfLeaves(leaves);
  return chunks.map((chunk) => ({ chunk, proof: tree.proof(chunk.index) }));
}

/** Settles the chunks of a decided batch one after another; the header has to be committed on chain before. */
export async function settleBatch(result: BatchResult, settle: ChunkSettler, signal?: AbortSignal): Promise<void> {
  for (const chunk of await chunksToSettle(result)) {
    signal?.throwIfAborted();
    try {
      await settle(chunk, result);
    } catch (cause) {
      throw new ChunkNotSettledError(chunk.chunk.index, cause);
    }
  }
}
