import type { BatchResult } from "../batch-result.ts";
import type { Opening } from "../formats/batch-file.ts";
import type { BatchHeader } from "../formats/header.ts";
import type { Movement } from "../formats/movement-leaf.ts";
import type { NetVector } from "../formats/net-vector.ts";
import { type ChunkFields, chunkFieldsOf } from "../prove.ts";
import { chunksToSettle } from "../settle-batch.ts";
import { DecidedRecords, type RecordBytes } from "./decided-records.ts";
import { listMovements } from "./movement-tree.ts";

/** A chunk as its operator committed to it, and posted it. */
export interface PublishedChunk {
  readonly fields: ChunkFields;
  /** Siblings of its leaf under the header's `chunksRoot`. */
  readonly chunkProof: readonly string[];
  readonly net: NetVector;
  /** In the order of their leaves. */
  readonly movements: readonly Movement[];
}

/** A decided batch as its operator published it, of which nothing is believed. */
export interface PublishedBatch {
  readonly header: BatchHeader;
  readonly records: RecordBytes;
  readonly chunks: readonly PublishedChunk[];
  /** See `readBatchFile`. */
  readonly openingAfter?: ((fileHash: string) => Opening) | undefined;
}

/** What an operator who keeps to the rules publishes of a batch. */
export async function publishBatch(
  result: BatchResult,
  openingAfter?: (fileHash: string) => Opening,
): Promise<PublishedBatch> {
  const records = new DecidedRecords(result, openingAfter);
  const chunks = (await chunksToSettle(result)).map(({ chunk, proof }) => ({
    fields: chunkFieldsOf(chunk),
    chunkProof: proof,
    net: chunk.net,
    movements: listMovements(records, chunk),
  }));
  return { header: result.header, records: result, chunks, openingAfter };
}
