import type { FillBook } from "./fill-book.ts";
import type { Kernel } from "./kernel.ts";
import type { Posting } from "./posting.ts";
import type { Rows } from "./rows.ts";
import type { LedgerState } from "./state.ts";

/** A batch as rows, before the first is decided, and what decides them. */
export interface LoweredBatch {
  readonly count: number;
  readonly state: LedgerState;
  readonly rows: Rows;
  readonly fills: FillBook;
  readonly kernel: Kernel;
  readonly posting: Posting;
}
