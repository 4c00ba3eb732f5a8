import type { WordTables } from "../formats/batch-tables.ts";
import { settlementSeparator } from "../formats/digest.ts";
import { copyWords } from "../formats/integers.ts";
import type { Keccak } from "../formats/keccak.ts";
import { ORDER_AT } from "../formats/order-record.ts";
import type { KeccakBatch } from "../keccak/keccak-batch.ts";
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
      for (const queue of queues.values()) takeHashes(queue, structHashes);

      const envelope = openEnvelope(batches, separator);
      for (let place = 0; place < count; place++) {
        copyWords(structHashes, 8 * place, envelope.words, place * envelope.wordStride, 8);
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

function takeHashes(queue: Queue, hashes: Int32Array): void {
  if (queue.count === 0) return;
  queue.batch.hash(queue.count);
  for (let i = 0; i < queue.count; i++) {
    copyWords(queue.batch.outputWords, 8 * i, hashes, 8 * (queue.places[i] ?? 0), 8);
  }
  queue.count = 0;
}
