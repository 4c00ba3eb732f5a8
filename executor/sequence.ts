import { INSTRUCTION_AT, INSTRUCTION_BYTES } from "./formats/instruction-record.ts";
import { copyWords, viewOf, wordsOf } from "./formats/integers.ts";
import { ORDER_AT, ORDER_BYTES } from "./formats/order-record.ts";
import type { PreparedRecords } from "./prepare-batch.ts";
import { ORDER_STATUS } from "./workers/jobs.ts";
import { sharedBytes } from "./workers/shared-bytes.ts";

const INSTRUCTION_WORDS = INSTRUCTION_BYTES / 4;

/** Pairs of class and priority. */
const RANKS = 2 ** 16;

/**
 * The instructions in canonical order: class ascending, priority descending, ingest sequence ascending. A trade has the
 * lower priority of its two orders; an order that is not in the batch, or is malformed, counts as normal.
 */
export function sequenceInstructions(batch: PreparedRecords, orderStatus: Uint8Array): Uint8Array {
  const { instructions, instructionCount: count } = batch;
  const source = viewOf(instructions);
  const orders = viewOf(batch.orders);
  const ranks = new Uint16Array(count);

  const priorityOf = (order: number) =>
    orderStatus[order] === undefined || orderStatus[order] === ORDER_STATUS.malformed
      ? 0
      : orders.getUint8(order * ORDER_BYTES + ORDER_AT.priority);

  for (let place = 0; place < count; place++) {
    const offset = place * INSTRUCTION_BYTES;
    const buy = priorityOf(source.getUint32(offset + INSTRUCTION_AT.buyOrder));
    const sell = priorityOf(source.getUint32(offset + INSTRUCTION_AT.sellOrder));
    ranks[place] = source.getUint8(offset + INSTRUCTION_AT.class) * 2 ** 8 + (255 - Math.min(buy, sell));
  }

  const sorted = sharedBytes(instructions.length);
  const [from, to] = [wordsOf(instructions), wordsOf(sorted)];
  for (const [index, place] of sortByRank(ranks, bySequence(source, count)).entries()) {
    copyWords(from, place * INSTRUCTION_WORDS, to, index * INSTRUCTION_WORDS, INSTRUCTION_WORDS);
    sorted[index * INSTRUCTION_BYTES + INSTRUCTION_AT.priority] = 255 - ((ranks[place] ?? 0) & 0xff);
  }
  return sorted;
}

/** Places ascending by ingest sequence; most batches come so. */
function bySequence(source: DataView, count: number): Uint32Array {
  const places = new Uint32Array(count);
  const sequenceOf = (place: number) => source.getUint32(place * INSTRUCTION_BYTES + INSTRUCTION_AT.sequence);
  let isSorted = true;

  for (let place = 0; place < count; place++) {
    places[place] = place;
    if (place > 0 && sequenceOf(place) < sequenceOf(place - 1)) isSorted = false;
  }
  return isSorted ? places : places.sort((a, b) => sequenceOf(a) - sequenceOf(b) || a - b);
}

/** `places` by ascending rank; those of one rank stay in their order. */
function sortByRank(ranks: Uint16Array, places: Uint32Array): Uint32Array {
  const next = new Uint32Array(RANKS + 1);
  for (const rank of ranks) next[rank + 1] = (next[rank + 1] ?? 0) + 1;
  for (let rank = 1; rank <= RANKS; rank++) next[rank] = (next[rank] ?? 0) + (next[rank - 1] ?? 0);

  const sorted = new Uint32Array(places.length);
  for (const place of places) {
    const rank = ranks[place] ?? 0;
    const index = next[rank] ?? 0;
    sorted[index] = place;
    next[rank] = index + 1;
  }
  return sorted;
}
