import type { Rows } from "../rows.ts";

/** What the parallel ledger shares between threads. */
export interface SplitTables {
  readonly rows: Rows;
  readonly count: number;
  /** Cells of spendable shares and cash; those behind them belong to no plain row. */
  readonly cells: BigInt64Array;
  /** How many of the cells take part. */
  readonly cellCount: number;
  /** Quantity and filled of every fill. */
  readonly fills: BigInt64Array;
  /**
   * By cell, then by fill: first what gross debits leave, -1 if they leave less than nothing; later what the cell holds,
   * and what is filled, after the batch.
   */
  readonly room: BigInt64Array;
  /** By asset: 1 if its limit of holders may stop somebody in this batch. */
  readonly limited: Uint8Array;
  /** By row: its code, or {@link RESIDUE}. */
  readonly codes: Uint16Array;
  /** By row: 1 if it is covered and accepted, so that its deltas may be applied in any order. */
  readonly covered: Uint8Array;
  /** A power of two. */
  readonly shards: number;
}

/** The code of a row that the serial pass has to decide. */
export const RESIDUE = 0xffff;

/** Cells side by side have one owner, so that two threads do not write to the same cache line. */
const BLOCK_BITS = 6;
export const BLOCK = 2 ** BLOCK_BITS;

/** The shard that owns a cell, or a fill behind the cells. */
export function shardOf(place: number, shards: number): number {
  return (place >>> BLOCK_BITS) & (shards - 1);
}
