import { FLAG, INSTRUCTION_AT, INSTRUCTION_BYTES, isMessageKind, KIND } from "./formats/instruction-record.ts";
import { copyWords, viewOf, wordsOf } from "./formats/integers.ts";
import { ORDER_AT, ORDER_BYTES } from "./formats/order-record.ts";
import type { PreparedRecords } from "./prepare-batch.ts";
import { ORDER_STATUS } from "./workers/jobs.ts";
import { sharedCopy } from "./workers/shared-bytes.ts";

const INSTRUCTION_WORDS = INSTRUCTION_BYTES / 4;

/** Pairs of class and priority. */
const RANKS = 2 ** 16;

/** So few are compared with each other sooner than all ranks are counted. */
const FEW = 2_048;

/**
 * The instructions in canonical order: class ascending, priority descending, ingest sequence ascending. A trade has the
 * lower priority of its two orders, other kinds that of their message; what is not in the batch, or is malformed, counts as
 * normal. The members of a chain are ranked by its highest class and lowest priority, and so stay together. Records that are
 * the batch's own are sorted where they are.
 */
export function sequenceInstructions(batch: PreparedRecords, orderStatus: Uint8Array): Uint8Array {
  const { instructionCount: count } = batch;
  const instructions = batch.ownsInstructions ? batch.instructions : sharedCopy(batch.instructions);
  const source = viewOf(instructions);
  const orders = viewOf(batch.orders);
  const ranks = new Uint16Array(count);

  const priorityOf = (order: number) =>
    orderStatus[order] === undefined || orderStatus[order] === ORDER_STATUS.malformed
      ? 0
      : orders.getUint8(order * ORDER_BYTES + ORDER_AT.priority);

  for (let place = 0; place < count; place++) {
    const offset = place * INSTRUCTION_BYTES;
    const kind = source.getUint8(offset + INSTRUCTION_AT.kind);
    const first = priorityOf(source.getUint32(offset + INSTRUCTION_AT.buyOrder));
    const second = isMessageKind(kind) ? first : priorityOf(source.getUint32(offset + INSTRUCTION_AT.sellOrder));
    const priority = kind === KIND.claim || kind === KIND.expire ? 0 : Math.min(first, second);
    instructions[offset + INSTRUCTION_AT.priority] = priority;
    ranks[place] = source.getUint8(offset + INSTRUCTION_AT.class) * 2 ** 8 + (255 - priority);
  }
  if (!batch.hasChains && isInOrder(source, ranks)) return instructions;

  const places = bySequence(source, count);
  if (batch.hasChains) rankChains(source, places, ranks);

  permute(wordsOf(instructions), sortByRank(ranks, places));
  return instructions;
}

/** Moves the record at place `order[i]` to place `i`, for all at once; uses `order` up. */
function permute(records: Int32Array, order: Uint32Array): void {
  const first = new Int32Array(INSTRUCTION_WORDS);
  const move = (from: number, to: number) =>
    copyWords(records, from * INSTRUCTION_WORDS, records, to * INSTRUCTION_WORDS, INSTRUCTION_WORDS);

  for (let start = 0; start < order.length; start++) {
    if (order[start] === start) continue;
    copyWords(records, start * INSTRUCTION_WORDS, first, 0, INSTRUCTION_WORDS);
    let to = start;
    for (let from = order[to] ?? start; from !== start; from = order[to] ?? start) {
      move(from, to);
      order[to] = to;
      to = from;
    }
    copyWords(first, 0, records, to * INSTRUCTION_WORDS, INSTRUCTION_WORDS);
    order[to] = to;
  }
}

/** Gives every member of a chain the chain's highest class and lowest priority. `places` ascend by sequence. */
function rankChains(source: DataView, places: Uint32Array, ranks: Uint16Array): void {
  for (let first = 0, last = 0; first < places.length; first = last) {
    let [kind, lack] = [0, 0];
    do {
      const rank = ranks[places[last] ?? 0] ?? 0;
      kind = Math.max(kind, rank >> 8);
      lack = Math.max(lack, rank & 0xff);
      last += 1;
    } while (last < places.length && isLinked(source, places[last - 1] ?? 0, places[last] ?? 0));
    for (let member = first; member < last; member++) ranks[places[member] ?? 0] = kind * 2 ** 8 + lack;
  }
}

/** Whether the record at `place` is linked with the one at `next`. */
function isLinked(source: DataView, place: number, next: number): boolean {
  const sequenceOf = (each: number) => source.getUint32(each * INSTRUCTION_BYTES + INSTRUCTION_AT.sequence);
  const flags = source.getUint8(place * INSTRUCTION_BYTES + INSTRUCTION_AT.flags);
  return (flags & FLAG.linked) !== 0 && sequenceOf(next) === sequenceOf(place) + 1;
}

/** Whether records come by rank already, and those of one rank in the order in which they came in: most batches do. */
function isInOrder(source: DataView, ranks: Uint16Array): boolean {
  const sequenceOf = (place: number) => source.getUint32(place * INSTRUCTION_BYTES + INSTRUCTION_AT.sequence);
  for (let place = 1; place < ranks.length; place++) {
    const [rank, before] = [ranks[place] ?? 0, ranks[place - 1] ?? 0];
    if (rank < before || (rank === before && sequenceOf(place) < sequenceOf(place - 1))) return false;
  }
  return true;
}

/** Places ascending by ingest sequence. */
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
  if (places.length < FEW) return places.slice().sort((a, b) => (ranks[a] ?? 0) - (ranks[b] ?? 0));

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
