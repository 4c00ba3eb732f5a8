import type { RangeWork } from "../../workers/jobs.ts";
import { ReceiptWriter } from "../receipts.ts";
import type { SplitJob } from "./split-job.ts";

/** Writes the receipts of rows whose codes and chunks are known. */
export function writeReceipts({ tables, instructions, receipts, moved, chunkFirsts }: SplitJob): RangeWork {
  const { rows, codes } = tables;
  const writer = new ReceiptWriter(instructions, rows, receipts, moved);

  return (from, to) => {
    let chunk = chunkOf(chunkFirsts, from);
    for (let index = from; index < to; index++) {
      while (index >= (chunkFirsts[chunk + 1] ?? Number.POSITIVE_INFINITY)) chunk += 1;
      writer.write(index, codes[index] ?? 0, chunk);
    }
  };
}

/** The last chunk that begins at or before `index`. */
function chunkOf(firsts: Uint32Array, index: number): number {
  let low = 0;
  let high = firsts.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((firsts[middle] ?? 0) <= index) low = middle;
    else high = middle;
  }
  return low;
}
