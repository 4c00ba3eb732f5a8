import { requireInput } from "../errors.ts";
import { copyWords, viewOf, wordsOf } from "../formats/integers.ts";
import type { Allocation, AllocationTerms } from "./allocation.ts";
import { eligibleHolders } from "./eligible-holders.ts";
import { ADDRESS_BYTES, type HolderTable, MAX_BPS } from "./holder-table.ts";
import {
  createIncomeRows,
  firstRows,
  type IncomeRows,
  MAX_INCOME,
  ROW_AT,
  ROW_BYTES,
  readIncome,
  sumIncome,
  writeIncome,
} from "./income-rows.ts";

/** Divides `terms.deposit` among the holders by their shares, exactly. */
export function allocate(table: HolderTable, terms: AllocationTerms): Allocation {
  const { deposit, rounding } = terms;
  requireInput(deposit > 0n && deposit <= MAX_INCOME, `a deposit of ${deposit} is not between 1 and 2^128 − 1`);
  const { holders, totalShares, excludedShares } = eligibleHolders(table, terms);

  const rows = createIncomeRows(holders.count);
  allocateRoundedDown(rows, holders, deposit, totalShares);
  if (rounding === "largest-remainder") {
    giveUnits(rows, holders, deposit, totalShares, Number(deposit - sumIncome(rows, ROW_AT.gross)));
  }
  withhold(rows, holders);

  const listed = withoutNothing(rows, holders.shares);
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

/** Gives each his part, rounded down. */
function allocateRoundedDown(
  { bytes }: IncomeRows,
  { addresses, shares, count }: HolderTable,
  deposit: bigint,
  total: bigint,
): void {
  const view = viewOf(bytes);
  const from = wordsOf(addresses);
  const to = wordsOf(bytes);
  for (let place = 0; place < count; place++) {
    copyWords(from, place * (ADDRESS_BYTES / 4), to, place * (ROW_BYTES / 4), ADDRESS_BYTES / 4);
    writeIncome(view, place * ROW_BYTES + ROW_AT.gross, (deposit * (shares[place] ?? 0n)) / total);
  }
}

/**
 * Gives one unit each to the `units` holders who lost most by rounding down. Sorting what they lost finds the loss from
 * which on there is a unit; among those who lost exactly that, the lower addresses get what is left.
 */
function giveUnits(
  { bytes }: IncomeRows,
  { shares, count }: HolderTable,
  deposit: bigint,
  total: bigint,
  units: number,
): void {
  if (units === 0) return;

  const perShare = deposit % total; // whole units per share lose nothing
  const losses = BigUint64Array.from(shares, (held) => (perShare * held) % total);
  const ranked = losses.slice().sort();
  const least = ranked[count - units] ?? 0n;
  let forEqual = units;
  for (let rank = count - 1; rank >= 0 && (ranked[rank] ?? 0n) > least; rank--) forEqual -= 1;

  const view = viewOf(bytes);
  for (let place = 0; place < count; place++) {
    const loss = losses[place] ?? 0n;
    if (loss < least || (loss === least && forEqual === 0)) continue;
    if (loss === least) forEqual -= 1;
    const at = place * ROW_BYTES + ROW_AT.gross;
    writeIncome(view, at, readIncome(view, at) + 1n);
  }
}

/** Withholds each holder's part of his gross amount, rounded down in his favour. */
function withhold({ bytes, count }: IncomeRows, { withholdingBps }: HolderTable): void {
  const view = viewOf(bytes);
  for (let place = 0; place < count; place++) {
    const bps = withholdingBps[place] ?? 0;
    if (bps === 0) continue;
    const gross = readIncome(view, place * ROW_BYTES + ROW_AT.gross);
    writeIncome(view, place * ROW_BYTES + ROW_AT.withheld, (gross * BigInt(bps)) / BigInt(MAX_BPS));
  }
}

/** The rows of those who get something, and the shares behind them. */
function withoutNothing(rows: IncomeRows, allShares: BigUint64Array): { rows: IncomeRows; shares: BigUint64Array } {
  const view = viewOf(rows.bytes);
  let count = 0;
  for (let place = 0; place < rows.count; place++) {
    if (readIncome(view, place * ROW_BYTES + ROW_AT.gross) === 0n) continue;
    if (count < place) {
      rows.bytes.copyWithin(count * ROW_BYTES, place * ROW_BYTES, (place + 1) * ROW_BYTES);
      allShares[count] = allShares[place] ?? 0n;
    }
    count += 1;
  }
  return { rows: firstRows(rows, count), shares: allShares.subarray(0, count) };
}
