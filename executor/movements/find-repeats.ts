import type { Keccak } from "../formats/keccak.ts";
import { isAccepted } from "../formats/reason-codes.ts";
import { decodeReceipt, RECEIPT_BYTES } from "../formats/receipt.ts";
import { isChunkCommitted } from "../prove.ts";
import type { RepeatDispute } from "./dispute.ts";
import { type Evidence, gatherEvidence, placeRecords } from "./evidence.ts";
import type { PublishedBatch, PublishedChunk } from "./published-batch.ts";

/** An instruction that was accepted, and where. */
interface Accepted {
  readonly batch: PublishedBatch;
  readonly chunk: PublishedChunk;
  readonly index: number;
}

/**
 * Knows by their ids the instructions that were accepted before: in chunks of earlier batches that have settled, and in the chunks
 * of a batch that stand before. What never settled leaves its instructions free.
 */
export class RepeatFinder {
  readonly #keccak: Keccak;
  readonly #first = new Map<string, Accepted>();

  private constructor(keccak: Keccak) {
    this.#keccak = keccak;
  }

  /** `earlier` are batches of the same desk with those of their chunks that have settled. */
  static async of(keccak: Keccak, earlier: readonly PublishedBatch[]): Promise<RepeatFinder> {
    const finder = new RepeatFinder(keccak);
    for (const batch of earlier) {
      for (const chunk of batch.chunks) {
        if (!(await isChunkCommitted(batch.header, chunk.fields, chunk.chunkProof))) continue;
        for (const [id, index] of acceptedIn(batch, chunk)) finder.#remember(id, { batch, chunk, index });
      }
    }
    return finder;
  }

  /** The first instruction of a chunk that was accepted before; what the chunk accepts is known from now on. */
  judge(batch: PublishedBatch, evidence: Evidence): RepeatDispute | undefined {
    const { chunk } = evidence;
    let found: RepeatDispute | undefined;
    for (const [id, index] of acceptedIn(batch, chunk)) {
      const first = this.#first.get(id);
      found ??= first && this.#dispute(first, batch, evidence, index);
      this.#remember(id, { batch, chunk, index });
    }
    return found;
  }

  #remember(id: string, accepted: Accepted): void {
    if (!this.#first.has(id)) this.#first.set(id, accepted);
  }

  /** Undefined where the records of one of the two chunks are withheld. */
  #dispute(first: Accepted, batch: PublishedBatch, evidence: Evidence, index: number): RepeatDispute | undefined {
    const before = gatherEvidence(this.#keccak, first.batch, first.chunk, () => undefined);
    if (before.trees === undefined || evidence.trees === undefined) return undefined;

    const { number } = first.batch.header;
    const { index: chunk } = first.chunk.fields;
    return {
      kind: "repeat",
      exhibit: evidence.exhibit,
      why: `instruction ${index} was accepted before, as instruction ${first.index} in chunk ${chunk} of batch ${number}`,
      first: before.exhibit,
      firstRecords: placeRecords(first.batch, before, first.index),
      records: placeRecords(batch, evidence, index),
    };
  }
}

/** Ids and places of what a chunk has accepted, as far as its records were published. */
function acceptedIn({ records: { receipts } }: PublishedBatch, { fields }: PublishedChunk): [string, number][] {
  const { firstInstruction: first, instructionCount: count } = fields;
  const last = Math.min(first + count, Math.floor(receipts.length / RECEIPT_BYTES));
  return Array.from({ length: Math.max(0, last - first) }, (_, place) => first + place).flatMap((index) => {
    const { id, code } = decodeReceipt(receipts, index * RECEIPT_BYTES);
    return isAccepted(code) && !NO_ID.test(id) ? [[id, index] satisfies [string, number]] : [];
  });
}

const NO_ID = /^0x0+$/;
