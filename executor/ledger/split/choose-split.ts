import type { LoweredBatch } from "../lowered-batch.ts";
import { AMOUNT, codeOf, ROW, ROW_AMOUNTS, ROW_WORDS } from "../rows.ts";

/** How the ledger decides: in one pass, in parallel where that is exact, or as it sees fit. The outcome is the same. */
export type LedgerMode = "auto" | "serial" | "split";

/** What the passes of the parallel ledger cost together pays from here on. */
const FEWEST_THREADS = 8;
const FEWEST_ROWS = 32_768;
const MOST_RESIDUE = 0.25;

/** So many rows are looked at, spread over the batch: less than a hundredth of what deciding the smallest batch takes. */
const SAMPLE = 256;

/** First so few: where half of them would wait, the batch is no near thing, and what has to run in its order is not held up. */
const FIRST_SAMPLE = 32;
const CLEAR_RESIDUE = 0.5;

/** A cell that the sample names as often is taken to be named as often by the rows between. */
const OFTEN = 3;

const NONE = -1;

/** What the choice looks at. */
type Sampled = Pick<LoweredBatch, "count" | "rows" | "state">;

/** Whether `threads` would decide the batch sooner in parallel. */
export function shouldSplit(batch: Sampled, threads: number): boolean {
  if (threads < FEWEST_THREADS || batch.count < FEWEST_ROWS) return false;
  return estimateResidue(batch, FIRST_SAMPLE) < CLEAR_RESIDUE && estimateResidue(batch) < MOST_RESIDUE;
}

/**
 * The part of a batch that would have to run in its order, from a fixed sample of some `sample` of its rows: those that touch a cell which
 * the debits of the sample overdraw, or would overdraw if those that are often named are as often named by the others. An estimate:
 * only how long the batch takes depends on it.
 */
export function estimateResidue(batch: Sampled, sample = SAMPLE): number {
  const { count } = batch;
  const { words, amounts } = batch.rows;
  const { cells } = batch.state;
  const stride = Math.max(1, Math.floor(count / sample));
  const debits = new Map<number, { times: number; sum: bigint }>();
  const sampled: number[] = [];

  const debit = (cell: number, amount: bigint) => {
    const known = debits.get(cell);
    if (known === undefined) debits.set(cell, { times: 1, sum: amount });
    else {
      known.times += 1;
      known.sum += amount;
    }
  };
  for (let first = 0; first < count; first += stride) {
    const index = Math.min(first + ((Math.imul(first + 1, 0x9e3779b1) >>> 8) % stride), count - 1); // not in the rhythm of the batch
    const row = index * ROW_WORDS;
    if (codeOf(words[row + ROW.head] ?? 0) !== 0) continue;
    sampled.push(row);
    debit(words[row + ROW.from] ?? NONE, amounts[index * ROW_AMOUNTS + AMOUNT.quantity] ?? 0n);
    debit(words[row + ROW.pay] ?? NONE, amounts[index * ROW_AMOUNTS + AMOUNT.cash] ?? 0n);
  }

  const isOverdrawn = (cell: number) => {
    const debited = debits.get(cell);
    if (cell === NONE || debited === undefined) return false;
    const sum = debited.times < OFTEN ? debited.sum : debited.sum * BigInt(stride);
    return sum > (cells[cell] ?? 0n);
  };
  const waiting = sampled.filter((row) =>
    [ROW.from, ROW.to, ROW.pay, ROW.receive].some((place) => isOverdrawn(words[row + place] ?? NONE)),
  );
  return sampled.length === 0 ? 0 : waiting.length / sampled.length;
}
