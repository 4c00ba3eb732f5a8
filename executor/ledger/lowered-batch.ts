import type { FillBook } from "./fill-book.ts";
import type { Kernel } from "./kernel.ts";
import type { KindBooks } from "./kinds/kind-books.ts";
import type { KindKernel } from "./kinds/kind-kernel.ts";
import type { Posting } from "./posting.ts";
import type { MOVED_WORDS, Rows } from "./rows.ts";
import type { LedgerState } from "./state.ts";

/** A batch as rows, before the first is decided, and what decides them. */
export interface LoweredBatch {
  readonly count: number;
  readonly maxChunkInstructions: number;
  readonly state: LedgerState;
  readonly rows: Rows;
  /** Room for the cells of each row, {@link MOVED_WORDS} words: filled in as receipts are written. Shared memory. */
  readonly moved: Int32Array;
  readonly fills: FillBook;
  readonly books: KindBooks;
  readonly kernel: Kernel;
  /** What decides the rows instead, if they are not whole and unlinked trades of assets without further rules. */
  readonly kinds: KindKernel | undefined;
  readonly posting: Posting;
}
