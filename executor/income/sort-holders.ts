import { requireInput } from "../errors.ts";
import { copyWords, viewOf, wordsOf } from "../formats/integers.ts";
import type { RangeOfItems, RangeWork } from "../workers/jobs.ts";
import type { WorkerPool } from "../workers/pool.ts";
import { sharedBytes } from "../workers/shared-bytes.ts";
import { ADDRESS_BYTES, compareAddresses } from "./addresses.ts";
import { createHolderTable, type HolderTable } from "./holder-table.ts";
import { keyOf, MAX_PLACES, sortKeys } from "./sort-addresses.ts";

/** Holders are dealt out by the first bits of their addresses: a million make buckets of some 250. */
const BUCKET_BITS = 12;
const BUCKETS = 2 ** BUCKET_BITS;

const ADDRESS_WORDS = ADDRESS_BYTES / 4;
const SHARES_WORDS = 2;

/** Sorts each bucket, and writes its holders in order to the same places of another table. */
export interface SortHoldersJob extends RangeOfItems {
  readonly kind: "sortHolders";
  readonly holders: HolderTable;
  readonly sorted: HolderTable;
  /** Keys of the holders, bucket by bucket, and where each bucket begins; one more, where the last one ends. */
  readonly keys: Float64Array;
  readonly starts: Uint32Array;
}

/** `holders` ascending by address; rows of the same account stay in their order. */
export async function sortHolders(holders: HolderTable, pool: WorkerPool): Promise<HolderTable> {
  if (areAscending(holders)) return holders;

  requireInput(holders.count <= MAX_PLACES, `${holders.count} holders, most are ${MAX_PLACES}`);
  const sorted = createHolderTable(holders.count);
  const buckets = dealOut(holders);
  await pool.run({ kind: "sortHolders", total: BUCKETS, pieceSize: 16, holders, sorted, ...buckets });
  return sorted;
}

/** The work of a thread: buckets have nothing to do with each other. */
export function sortBuckets({ holders, sorted, keys, starts }: SortHoldersJob): RangeWork {
  const from = { addresses: wordsOf(holders.addresses), shares: wordsOf(holders.shares) };
  const to = { addresses: wordsOf(sorted.addresses), shares: wordsOf(sorted.shares) };

  return (firstBucket, lastBucket) => {
    for (let bucket = firstBucket; bucket < lastBucket; bucket++) {
      const start = starts[bucket] ?? 0;
      const run = sortKeys(holders.addresses, keys.slice(start, starts[bucket + 1])); // a copy, if it is done again
      for (let i = 0; i < run.length; i++) {
        const place = run[i] ?? 0;
        copyWords(from.addresses, place * ADDRESS_WORDS, to.addresses, (start + i) * ADDRESS_WORDS, ADDRESS_WORDS);
        copyWords(from.shares, place * SHARES_WORDS, to.shares, (start + i) * SHARES_WORDS, SHARES_WORDS);
        sorted.withholdingBps[start + i] = holders.withholdingBps[place] ?? 0;
      }
    }
  };
}

/** Puts the keys of the holders into buckets. */
function dealOut({ addresses, count }: HolderTable): Pick<SortHoldersJob, "keys" | "starts"> {
  const view = viewOf(addresses);
  const bucketOf = (place: number) => view.getUint16(place * ADDRESS_BYTES) >>> (16 - BUCKET_BITS);

  const next = new Uint32Array(BUCKETS + 1);
  for (let place = 0; place < count; place++) {
    const after = bucketOf(place) + 1;
    next[after] = (next[after] ?? 0) + 1;
  }
  for (let bucket = 0; bucket < BUCKETS; bucket++) next[bucket + 1] = (next[bucket] ?? 0) + (next[bucket + 1] ?? 0);

  const starts = new Uint32Array(sharedBytes(4 * (BUCKETS + 1)).buffer);
  starts.set(next);
  const keys = new Float64Array(sharedBytes(8 * count).buffer);
  for (let place = 0; place < count; place++) {
    const bucket = bucketOf(place);
    const target = next[bucket] ?? 0;
    keys[target] = keyOf(view, place);
    next[bucket] = target + 1;
  }
  return { keys, starts };
}

function areAscending({ addresses, count }: HolderTable): boolean {
  for (let place = 1; place < count; place++) {
    const offset = place * ADDRESS_BYTES;
    if (compareAddresses(addresses, offset - ADDRESS_BYTES, addresses, offset) > 0) return false;
  }
  return true;
}
