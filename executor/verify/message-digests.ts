import type { WordTables } from "../formats/batch-tables.ts";
import { settlementSeparator } from "../formats/digest.ts";
import type { Keccak } from "../formats/keccak.ts";
import { ORDER_AT } from "../formats/order-record.ts";
import type { KeccakBatch } from "../keccak/keccak-batch.ts";
import { copyHash, longsIn, longsOf } from "../tree/copy-fields.ts";
import { hashBatches, openEnvelope, PLACES } from "./hash-batches.ts";
import { compileLayouts, createWordWriter } from "./message-words.ts";

/** Digests of up to {@link PLACES} messages at a time. */
export interface MessageDigests {
  /** Takes in the well-formed message record at `offset`; it gets the next place. */
  add(offset: number): void;
  /**
   * Makes the digests of what was added since the last call: that of place *i* is at `i × 32` of `digests`, its struct hash
   * at `i × 8` of `structHashes`, until this thread hashes something else.
   */
  finish(): void;
  readonly digests: Uint8Array;
  readonly structHashes: Int32Array;
}

/** Digests for the message records of one batch. */
export function createMessageDigests(keccak: Keccak, orders: Uint8Array, tables: WordTables): MessageDigests {
  const batches = hashBatches();
  const programs = compileLayouts(keccak);
  const write = createWordWriter(orders, tables);
  const separator = settlementSeparator(keccak, tables.chainId, tables.desk);
  const queues = new Map([...batches.structs].map(([words, batch]) => [words, createQueue(batch)]));
  const queueOf = programs.map(({ words }) => {
    const queue = queues.get(words);
    if (queue === undefined) throw new RangeError(`no batch for ${words} words`);
    return queue;
  });
  const structHashes = new Int32Array(PLACES * 8);
  const structLongs = new BigInt64Array(structHashes.buffer);
  let count = 0;

  return {
    digests: batches.envelope.output,
    structHashes,
    add(offset) {
      const kind = orders[offset + ORDER_AT.side] ?? 0;
      const program = programs[kind];
      const queue = queueOf[kind];
      if (program === undefined || queue === undefined) throw new RangeError(`no message is of type ${kind}`);
      write(program, offset, queue.batch, queue.count);
      queue.places[queue.count++] = count++;
    },
    finish() {
      if (count === 0) return;
      for (const queue of queues.values()) takeHashes(queue, structLongs);

      const envelope = openEnvelope(batches, separator);
      const envelopeLongs = longsIn(envelope);
      for (let place = 0; place < count; place++) {
        copyHash(structLongs, 4 * place, envelopeLongs, (place * envelope.wordStride) >> 1);
      }
      envelope.hash(count);
      count = 0;
    },
  };
}

/** Messages of one length that wait to be hashed, and which place each has among all. */
interface Queue {
  readonly batch: KeccakBatch;
  readonly places: Int32Array;
  count: number;
}

function createQueue(batch: KeccakBatch): Queue {
  return { batch, places: new Int32Array(PLACES), count: 0 };
}

function takeHashes(queue: Queue, hashes: BigInt64Array): void {
  if (queue.count === 0) return;
  queue.batch.hash(queue.count);
  const output = longsOf(queue.batch.output);
  for (let i = 0; i < queue.count; i++) copyHash(output, 4 * i, hashes, 4 * (queue.places[i] ?? 0));
  queue.count = 0;
}
