import { open, rm } from "node:fs/promises";
import { requireInput } from "../errors.ts";
import { HASH_BYTES } from "../formats/merkle.ts";
import { sharedPool, type WorkerPool } from "../workers/pool.ts";
import { allocate } from "./allocate.ts";
import type { AllocationTerms } from "./allocation.ts";
import type { BareHashesJob } from "./bare-hashes.ts";
import { buildIncomeList, type IncomeList } from "./build-income-list.ts";
import type { HolderTable } from "./holder-table.ts";
import { writeAll } from "./income-jobs.ts";
import { LEAF_PREIMAGE_BYTES } from "./income-leaf.ts";

const WRITTEN_AT_ONCE = 2 ** 20;

/** One turn: a list from holders to the last proof on disk, and beside it what its hashes and bytes take alone. */
export interface ListTurn {
  readonly planMs: number;
  readonly buildMs: number;
  /** The bare hashes of the list, on the same threads. */
  readonly hashMs: number;
  /** As many bytes written to a file of its own, until they are on the disk. */
  readonly writeMs: number;
  /** `(planMs + buildMs) ÷ (hashMs + writeMs)`. */
  readonly ratio: number;
}

export interface ListMeasurement extends ListTurn {
  readonly list: IncomeList;
  /** keccak-256 calls: two per leaf and one per node above. */
  readonly hashes: number;
}

export interface MeasureListOptions {
  readonly workers: number;
  /** An odd number makes the median one of them. */
  readonly turns?: number;
  /** Where the proofs go; the last turn's stay there. */
  readonly path: string;
  readonly onTurn?: (turn: ListTurn) => void;
}

/**
 * Measures a list in turns of all three, in another order each time, so that a noisy moment hits all of them; the turn
 * with the median ratio counts: on a busy machine medians of each would be of different moments.
 */
export async function measureIncomeList(
  listKey: string,
  holders: HolderTable,
  terms: AllocationTerms,
  { workers, turns = 5, path, onTurn }: MeasureListOptions,
): Promise<ListMeasurement> {
  const pool = await sharedPool(workers);
  let { rows } = await allocate(holders, terms, { pool });
  let list = await buildIncomeList({ listKey, rows, path }, { pool });

  const bytes = Uint8Array.from({ length: WRITTEN_AT_ONCE }, (_, i) => (i * 2_654_435_761) >>> 13);
  const measured: ListTurn[] = [];
  for (let turn = 0; turn < turns; turn++) {
    let [planMs, buildMs, hashMs, writeMs] = [0, 0, 0, 0];
    const measureOwn = async () => {
      await rm(path, { force: true });
      planMs = await timeOf(async () => {
        ({ rows } = await allocate(holders, terms, { pool }));
      });
      buildMs = await timeOf(async () => {
        list = await buildIncomeList({ listKey, rows, path }, { pool });
      });
    };
    const measureHashes = async () => {
      hashMs = await timeOf(() => hashAlone(pool, rows.count));
    };
    const measureWrites = async () => {
      writeMs = await timeOf(() => writeAlone(bytes, list.fileBytes, `${path}.bare`));
      await rm(`${path}.bare`);
    };
    const order = [measureOwn, measureHashes, measureWrites];
    for (const [i] of order.entries()) await order[(turn + i) % order.length]?.();

    const result = { planMs, buildMs, hashMs, writeMs, ratio: (planMs + buildMs) / (hashMs + writeMs) };
    measured.push(result);
    onTurn?.(result);
  }

  const median = measured.sort((a, b) => a.ratio - b.ratio)[Math.floor((turns - 1) / 2)];
  requireInput(median !== undefined, `${turns} turns measure nothing`);
  return { ...median, list, hashes: 3 * rows.count - 1 };
}

/** As many hashes of each length as a list of `count` rows takes. */
async function hashAlone(pool: WorkerPool, count: number): Promise<void> {
  const job = { kind: "bareHashes", pieceSize: 4_096 } as const;
  const leaves: BareHashesJob = { ...job, total: count, length: LEAF_PREIMAGE_BYTES, times: 2 };
  const inner: BareHashesJob = { ...job, total: count - 1, length: 2 * HASH_BYTES, times: 1 };
  await pool.run(leaves);
  if (inner.total > 0) await pool.run(inner);
}

/** Writes `total` bytes one after the other, until they are on the disk. */
async function writeAlone(bytes: Uint8Array, total: number, path: string): Promise<void> {
  const file = await open(path, "w");
  try {
    for (let written = 0; written < total; written += bytes.length) {
      writeAll(file.fd, bytes.subarray(0, Math.min(bytes.length, total - written)), written);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

async function timeOf(run: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await run();
  return performance.now() - started;
}
