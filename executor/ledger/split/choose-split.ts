import type { LoweredBatch } from "../lowered-batch.ts";
import { AMOUNT, codeOf, ROW, ROW_AMOUNTS, ROW_WORDS } from "../rows.ts";

/** How the ledger decides: in one pass, in parallel where that is exact, or as it sees fit. The outcome is the same. */
export type LedgerMode = "auto" | "serial" | "split";

/** What the passes of the parallel ledger cost together pays from here on. */
const FEWEST_CORES = 8;
const FEWEST_ROWS = 32_768;
const MOST_RESIDUE = 0.25;

/** One cell of so many is looked at. */
const SAMPLE_BITS = 6;

const NONE = -1;

/** Whether `cores` would decide the batch sooner in parallel. */
export function shouldSplit(batch: LoweredBatch, cores: number): boolean {
  return cores >= FEWEST_CORES && batch.count >= FEWEST_ROWS && estimateResidue(batch) < MOST_RESIDUE;
}

/**
 * The part of a batch that would have to run in its order, from a fixed sample of cells: which of them gross debits would
 * overdraw, and how many rows name those.
 */
export function estimateResidue({ count, rows: { words, amounts }, state: { cells } }: LoweredBatch): number {
  const left = new Map<number, bigint>();
  const named = new Map<number, number>();
  let legs = 0;
  let live = 0;

  const name = (cell: number, amount: bigint) => {
    if (cell === NONE) return;
    legs += 1;
    if (!isSampled(cell)) return;
    named.set(cell, (named.get(cell) ?? 0) + 1);
    left.set(cell, (left.get(cell) ?? cells[cell] ?? 0n) - amount);
  };
  for (let index = 0; index < count; index++) {
    const row = index * ROW_WORDS;
    if (codeOf(words[row + ROW.head] ?? 0) !== 0) continue;
    live += 1;
    name(words[row + ROW.from] ?? NONE, amounts[index * ROW_AMOUNTS + AMOUNT.quantity] ?? 0n);
    name(words[row + ROW.pay] ?? NONE, amounts[index * ROW_AMOUNTS + AMOUNT.cash] ?? 0n);
    name(words[row + ROW.to] ?? NONE, 0n);
    name(words[row + ROW.receive] ?? NONE, 0n);
  }

  let sampled = 0;
  let uncovered = 0;
  for (const [cell, times] of named) {
    sampled += times;
    if ((left.get(cell) ?? 0n) < 0n) uncovered += times;
  }
  return sampled === 0 ? 0 : 1 - (1 - uncovered / sampled) ** (legs / live);
}

/** By a hash, so that cells side by side are not all in or all out. */
function isSampled(cell: number): boolean {
  return Math.imul(cell + 1, 0x9e3779b1) >>> (32 - SAMPLE_BITS) === 0;
}
