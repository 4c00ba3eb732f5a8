import { requireInput } from "../errors.ts";
import { addressAt, normalAddress } from "./addresses.ts";
import type { Allocation, AllocationTerms, LookThroughRow } from "./allocation.ts";
import { type HolderTable, MAX_BPS, MAX_SHARES } from "./holder-table.ts";
import { type IncomeRow, MAX_INCOME, packIncomeRows } from "./income-rows.ts";

interface Position {
  shares: bigint;
  readonly bps: number;
}

interface Part extends IncomeRow {
  readonly shares: bigint;
}

/** The slow, obvious allocation: a map of positions and whole numbers of any size. It judges the fast one. */
export function allocatePlainly(holders: HolderTable, terms: AllocationTerms): Allocation {
  const { deposit, rounding, excluded = [], lookThrough = [] } = terms;
  requireInput(deposit > 0n && deposit <= MAX_INCOME, `a deposit of ${deposit} is not between 1 and 2^128 − 1`);

  const positions = new Map<string, Position>();
  for (let place = 0; place < holders.count; place++) {
    addShares(
      positions,
      addressAt(holders.addresses, place),
      holders.shares[place] ?? 0n,
      holders.withholdingBps[place] ?? 0,
    );
  }
  lookThroughEscrows(positions, lookThrough);
  const excludedShares = exclude(positions, excluded);

  const sorted = [...positions].sort(([a], [b]) => (a < b ? -1 : 1));
  const totalShares = sorted.reduce((sum, [, { shares }]) => sum + shares, 0n);
  requireInput(totalShares > 0n, "nobody holds a share that takes part");
  requireInput(totalShares <= MAX_SHARES, `${totalShares} shares in all do not fit 63 bits`);

  const grossOf = new Map(sorted.map(([holder, { shares }]) => [holder, (deposit * shares) / totalShares]));
  const left = deposit - [...grossOf.values()].reduce((sum, gross) => sum + gross, 0n);
  if (rounding === "largest-remainder") {
    const lossOf = ([, { shares }]: [string, Position]) => (deposit * shares) % totalShares;
    const byLoss = sorted.toSorted((a, b) => (lossOf(a) === lossOf(b) ? 0 : lossOf(a) > lossOf(b) ? -1 : 1));
    for (const [holder] of byLoss.slice(0, Number(left))) grossOf.set(holder, (grossOf.get(holder) ?? 0n) + 1n);
  }

  const parts = sorted.map(([holder, { shares, bps }]): Part => {
    const gross = grossOf.get(holder) ?? 0n;
    return { holder, shares, gross, withheld: (gross * BigInt(bps)) / BigInt(MAX_BPS) };
  });
  const listed = parts.filter(({ gross }) => gross > 0n);
  const totalGross = listed.reduce((sum, { gross }) => sum + gross, 0n);
  return {
    rows: packIncomeRows(listed),
    shares: BigUint64Array.from(listed, ({ shares }) => shares),
    deposit,
    totalGross,
    totalWithheld: listed.reduce((sum, { withheld }) => sum + withheld, 0n),
    remainder: deposit - totalGross,
    totalShares,
    excludedShares,
    tooSmall: parts.filter(({ shares, gross }) => shares > 0n && gross === 0n).length,
  };
}

function addShares(positions: Map<string, Position>, holder: string, shares: bigint, bps: number): void {
  const position = positions.get(holder);
  const problem = `${holder} has withholding rates of ${position?.bps} and ${bps}`;
  requireInput(position === undefined || position.bps === bps, problem);
  positions.set(holder, { shares: (position?.shares ?? 0n) + shares, bps });
}

/** Takes all shares from each escrow that is looked through, and gives them to the owners. */
function lookThroughEscrows(positions: Map<string, Position>, rows: readonly LookThroughRow[]): void {
  const owned = new Map<string, bigint>();
  for (const { escrow, shares } of rows) {
    requireInput(shares >= 0n && shares <= MAX_SHARES, `${shares} shares of ${escrow} do not fit 63 bits`);
    const key = normalAddress(escrow);
    owned.set(key, (owned.get(key) ?? 0n) + shares);
  }
  for (const [escrow, shares] of owned) {
    const held = positions.get(escrow)?.shares ?? 0n;
    requireInput(held === shares, `${escrow} held ${held} shares, its owners' rows say ${shares}`);
    positions.delete(escrow);
  }
  for (const { owner, shares, withholdingBps = 0 } of rows) {
    const key = normalAddress(owner);
    requireInput(!owned.has(key), `${key} is looked through and cannot own shares of another escrow`);
    addShares(positions, key, shares, withholdingBps);
  }
}

/** Takes the accounts of `excluded` out of `positions`; their shares, added up. */
function exclude(positions: Map<string, Position>, excluded: readonly string[]): bigint {
  let shares = 0n;
  for (const account of excluded.map(normalAddress)) {
    shares += positions.get(account)?.shares ?? 0n;
    positions.delete(account);
  }
  return shares;
}
