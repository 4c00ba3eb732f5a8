import { requireInput } from "../errors.ts";
import { viewOf } from "../formats/integers.ts";
import { type PoolOptions, poolOf, type WorkerPool } from "../workers/pool.ts";
import { sharedBytes } from "../workers/shared-bytes.ts";
import type { Allocation, AllocationTerms } from "./allocation.ts";
import type { FindLossesJob } from "./divide-deposit.ts";
import { eligibleHolders } from "./eligible-holders.ts";
import { type ExtraUnits, findExtraUnits, type Losses } from "./extra-units.ts";
import type { HolderTable } from "./holder-table.ts";
import {
  createIncomeRows,
  firstRows,
  type IncomeRows,
  MAX_INCOME,
  ROW_AT,
  ROW_BYTES,
  readIncome,
  sumIncome,
} from "./income-rows.ts";

/** Holders that a thread takes at once. */
const HOLDERS_PER_PIECE = 8_192;

/** Divides `terms.deposit` among the holders by their shares, exactly. The result does not depend on the threads. */
export async function allocate(
  table: HolderTable,
  terms: AllocationTerms,
  options: PoolOptions = {},
): Promise<Allocation> {
  const { deposit } = terms;
  requireInput(deposit > 0n && deposit <= MAX_INCOME, `a deposit of ${deposit} is not between 1 and 2^128 − 1`);
  const pool = await poolOf(options);
  const { holders, totalShares, excludedShares } = await eligibleHolders(table, terms, pool);

  const rows = createIncomeRows(holders.count);
  const division = { holders, deposit, totalShares, total: holders.count, pieceSize: HOLDERS_PER_PIECE };
  const extra = terms.rounding === "carry" ? {} : { extra: await findUnits(division, pool) };
  await pool.run({ kind: "divideDeposit", ...division, rows: rows.bytes, ...extra });

  const listed = deposit < totalShares ? withoutNothing(rows, holders.shares) : { rows, shares: holders.shares };
  const totalGross = sumIncome(listed.rows, ROW_AT.gross);
  return {
    ...listed,
    deposit,
    totalGross,
    totalWithheld: sumIncome(listed.rows, ROW_AT.withheld),
    remainder: deposit - totalGross,
    totalShares,
    excludedShares,
    tooSmall: holders.count - listed.rows.count,
  };
}

/** The holders' losses, and to whom that gives the units that rounding down leaves over. */
async function findUnits(
  division: Omit<FindLossesJob, "kind" | "losses">,
  pool: WorkerPool,
): Promise<{ losses: Losses; units: ExtraUnits }> {
  const losses = {
    values: new BigUint64Array(sharedBytes(8 * division.total).buffer),
    classes: new Uint16Array(sharedBytes(2 * division.total).buffer),
  };
  await pool.run({ kind: "findLosses", ...division, losses });

  const lost = losses.values.reduce((sum, loss) => sum + loss, 0n);
  return { losses, units: findExtraUnits(losses, division.totalShares, Number(lost / division.totalShares)) };
}

/** The rows of those who get something, and the shares behind them. */
function withoutNothing(rows: IncomeRows, allShares: BigUint64Array): { rows: IncomeRows; shares: BigUint64Array } {
  const view = viewOf(rows.bytes);
  let count = 0;
  for (let place = 0; place < rows.count; place++) {
    if (readIncome(view, place * ROW_BYTES + ROW_AT.gross) === 0n) continue;
    rows.bytes.copyWithin(count * ROW_BYTES, place * ROW_BYTES, (place + 1) * ROW_BYTES);
    allShares[count] = allShares[place] ?? 0n;
    count += 1;
  }
  return { rows: firstRows(rows, count), shares: allShares.subarray(0, count) };
}
