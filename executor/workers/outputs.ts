import { crc32 } from "node:zlib";
import { INSTRUCTION_AT, INSTRUCTION_BYTES } from "../formats/instruction-record.ts";
import { HASH_BYTES } from "../formats/merkle.ts";
import { RECEIPT_BYTES } from "../formats/receipt.ts";
import { MOVED_WORDS } from "../ledger/rows.ts";
import { TREES_PER_CHUNK } from "../tree/commit-chunks.ts";
import type { PieceWork } from "./claims.ts";
import { createRangeWork, type Job } from "./jobs.ts";

/** Bytes that a job writes: item after item, each `size` long, of which it writes those from `from` to the end. */
export interface Output {
  readonly bytes: Uint8Array;
  readonly size: number;
  readonly from: number;
}

/**
 * Where a job of the settlement pipeline writes. Lists of income are not among them: each is held against the root that
 * the caller computes of it, and what their jobs write does not lie item by item.
 */
export function outputsOf(job: Job): readonly Output[] {
  switch (job.kind) {
    case "verify":
      return [
        { bytes: job.ids, size: HASH_BYTES, from: 0 },
        { bytes: job.status, size: 1, from: 0 },
        ...(job.structHashes === undefined ? [] : [{ bytes: job.structHashes, size: HASH_BYTES, from: 0 }]),
      ];
    case "bulks":
      return [{ bytes: job.verdicts, size: 1, from: 0 }];
    case "identify":
      return [{ bytes: job.instructions, size: INSTRUCTION_BYTES, from: INSTRUCTION_AT.id }];
    case "commit":
      return [
        { bytes: job.roots, size: TREES_PER_CHUNK * HASH_BYTES, from: 0 },
        { bytes: bytesOf(job.movementCounts), size: Uint32Array.BYTES_PER_ELEMENT, from: 0 },
      ];
    case "longHashes":
      return [{ bytes: job.hashes, size: HASH_BYTES, from: 0 }];
    case "split":
      if (job.step !== "receipts") return [];
      return [
        { bytes: job.receipts, size: RECEIPT_BYTES, from: 0 },
        { bytes: bytesOf(job.moved), size: MOVED_WORDS * Int32Array.BYTES_PER_ELEMENT, from: 0 },
      ];
    default:
      return [];
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint32Array | Int32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** First item of a piece, and the one after its last. */
export function rangeOf(job: Job, piece: number): readonly [from: number, to: number] {
  return [piece * job.pieceSize, Math.min((piece + 1) * job.pieceSize, job.total)];
}

/** CRC-32 of everything that a piece of `job` has written, as it stands in memory now. */
export function createPieceChecksum(job: Job): PieceWork {
  const outputs = outputsOf(job);

  return (piece) => {
    const [from, to] = rangeOf(job, piece);
    return outputs.reduce((sum, { bytes, size }) => crc32(bytes.subarray(from * size, to * size), sum), 0);
  };
}

/** What `job` means in this thread, piece by piece. */
export async function createPieceWork(job: Job): Promise<PieceWork> {
  const work = await createRangeWork(job);
  const checksum = createPieceChecksum(job);

  return (piece) => {
    work(...rangeOf(job, piece));
    return checksum(piece);
  };
}
