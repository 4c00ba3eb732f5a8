import { BULK_AT, BULK_BYTES } from "../formats/bulk.ts";
import { viewOf } from "../formats/integers.ts";

/** Does the messages from `from` up to `to`. */
type RunWork = (from: number, to: number) => void;

/**
 * Divides a range of messages into those that were signed one by one and those that were signed in bulk. A bulk is done whole
 * by whoever has its first message, even beyond the end of his range, and passed over by those who have the others.
 */
export function createBulkRuns(bulks: Uint8Array, doSingles: RunWork, doBulk: (bulk: number) => void): RunWork {
  const view = viewOf(bulks);
  const count = bulks.length / BULK_BYTES;
  const firstOf = (bulk: number) => view.getUint32(bulk * BULK_BYTES + BULK_AT.firstOrder);
  const endOf = (bulk: number) => firstOf(bulk) + view.getUint32(bulk * BULK_BYTES + BULK_AT.count);

  /** The first bulk that ends behind `message`. */
  function firstEndingBehind(message: number): number {
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (endOf(middle) > message) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  return (from, to) => {
    let at = from;
    for (let bulk = firstEndingBehind(from); bulk < count && firstOf(bulk) < to; bulk++) {
      if (firstOf(bulk) > at) doSingles(at, firstOf(bulk));
      if (firstOf(bulk) >= from) doBulk(bulk);
      at = endOf(bulk);
    }
    if (at < to) doSingles(at, to);
  };
}
