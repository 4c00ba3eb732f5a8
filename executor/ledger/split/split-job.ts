import type { RangeOfItems, RangeWork } from "../../workers/jobs.ts";
import { applyShards, storeRooms } from "./apply-covered.ts";
import { grossShards } from "./gross-debits.ts";
import { selectRows } from "./select-residue.ts";
import type { SplitTables } from "./split-tables.ts";
import { writeReceipts } from "./write-receipts.ts";

/**
 * A step of the parallel ledger. Shards own cells and fills, and every shard reads all rows; ranges own rows or cells.
 * No step changes what it reads, so that a piece that a lost thread left is simply done again.
 */
export interface SplitJob extends RangeOfItems {
  readonly kind: "split";
  readonly step: "gross" | "select" | "apply" | "store" | "receipts";
  readonly tables: SplitTables;
  readonly instructions: Uint8Array;
  readonly receipts: Uint8Array;
  readonly moved: Int32Array;
  /** First instruction of each chunk; known before the last step. */
  readonly chunkFirsts: Uint32Array;
}

/** What the step means in this thread. */
export function splitRows(job: SplitJob): RangeWork {
  switch (job.step) {
    case "gross":
      return grossShards(job.tables);
    case "select":
      return selectRows(job.tables);
    case "apply":
      return applyShards(job.tables);
    case "store":
      return storeRooms(job.tables);
    case "receipts":
      return writeReceipts(job);
  }
}
