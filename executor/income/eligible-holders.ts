import { requireInput } from "../errors.ts";
import { copyWords, wordsOf } from "../formats/integers.ts";
import type { WorkerPool } from "../workers/pool.ts";
import { ADDRESS_BYTES, addressAt, compareAddresses, normalAddress } from "./addresses.ts";
import type { AllocationTerms, LookThroughRow } from "./allocation.ts";
import { createHolderTable, type HolderTable, MAX_SHARES, packHolders } from "./holder-table.ts";
import { sortHolders } from "./sort-holders.ts";

const ADDRESS_WORDS = ADDRESS_BYTES / 4;

/** Who takes part: ascending, each once, all with shares. */
export interface EligibleHolders {
  readonly holders: HolderTable;
  readonly totalShares: bigint;
  readonly excludedShares: bigint;
}

/** Looks through escrows, takes out who is excluded, and adds up what the same account has in several rows. */
export async function eligibleHolders(
  holders: HolderTable,
  { excluded = [], lookThrough = [] }: AllocationTerms,
  pool: WorkerPool,
): Promise<EligibleHolders> {
  const merged = mergeHolders(await sortHolders(withOwners(holders, lookThrough), pool));
  emptyEscrows(merged, lookThrough);
  const excludedShares = excluded.reduce((sum, account) => sum + takeShares(merged, normalAddress(account)), 0n);

  const left = withoutEmpty(merged);
  const totalShares = left.shares.reduce((sum, shares) => sum + shares, 0n);
  requireInput(totalShares > 0n, "nobody holds a share that takes part");
  requireInput(totalShares <= MAX_SHARES, `${totalShares} shares in all do not fit 63 bits`);
  return { holders: left, totalShares, excludedShares };
}

/** `holders` and behind them the owners of what escrows hold. */
function withOwners(holders: HolderTable, rows: readonly LookThroughRow[]): HolderTable {
  if (rows.length === 0) return holders;

  const owners = packHolders(rows.map(({ owner, ...row }) => ({ ...row, holder: owner })));
  const both = createHolderTable(holders.count + owners.count);
  for (const { table, place } of [
    { table: holders, place: 0 },
    { table: owners, place: holders.count },
  ]) {
    both.addresses.set(table.addresses, place * ADDRESS_BYTES);
    both.shares.set(table.shares, place);
    both.withholdingBps.set(table.withholdingBps, place);
  }
  return both;
}

/** A table with one row for each account of `sorted`. */
function mergeHolders(sorted: HolderTable): HolderTable {
  const { addresses, shares, withholdingBps } = sorted;
  const merged = createHolderTable(sorted.count);
  const from = wordsOf(addresses);
  const to = wordsOf(merged.addresses);
  let count = 0;

  for (let place = 0; place < sorted.count; place++) {
    const bps = withholdingBps[place] ?? 0;
    const offset = place * ADDRESS_BYTES;
    if (place > 0 && compareAddresses(addresses, offset - ADDRESS_BYTES, addresses, offset) === 0) {
      const known = merged.withholdingBps[count - 1] ?? 0;
      requireInput(known === bps, `${addressAt(addresses, place)} has withholding rates of ${known} and ${bps}`);
      const sum = (merged.shares[count - 1] ?? 0n) + (shares[place] ?? 0n);
      requireInput(sum <= MAX_SHARES, `${sum} shares of one account do not fit 63 bits`);
      merged.shares[count - 1] = sum;
    } else {
      copyWords(from, place * ADDRESS_WORDS, to, count * ADDRESS_WORDS, ADDRESS_WORDS);
      merged.shares[count] = shares[place] ?? 0n;
      merged.withholdingBps[count] = bps;
      count += 1;
    }
  }
  return firstHolders(merged, count);
}

/** Takes from each escrow what its owners have instead; refuses rows that say more or less than it held. */
function emptyEscrows(holders: HolderTable, rows: readonly LookThroughRow[]): void {
  const owned = new Map<string, bigint>();
  for (const { escrow, shares } of rows) {
    const key = normalAddress(escrow);
    owned.set(key, (owned.get(key) ?? 0n) + shares);
  }
  for (const { owner } of rows) {
    const key = normalAddress(owner);
    requireInput(!owned.has(key), `${key} is looked through and cannot own shares of another escrow`);
  }
  for (const [escrow, shares] of owned) {
    const held = takeShares(holders, escrow);
    requireInput(held === shares, `${escrow} held ${held} shares, its owners' rows say ${shares}`);
  }
}

/** Sets the shares of `account` to zero; what they were. */
function takeShares({ addresses, shares, count }: HolderTable, account: string): bigint {
  const wanted = packHolders([{ holder: account, shares: 0n }]).addresses;
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compareAddresses(addresses, middle * ADDRESS_BYTES, wanted, 0);
    if (order === 0) {
      const taken = shares[middle] ?? 0n;
      shares[middle] = 0n;
      return taken;
    }
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return 0n;
}

/** `table` without those who have no shares. */
function withoutEmpty(table: HolderTable): HolderTable {
  if (!table.shares.includes(0n)) return table;

  let count = 0;
  for (let place = 0; place < table.count; place++) {
    const shares = table.shares[place] ?? 0n;
    if (shares === 0n) continue;
    table.addresses.copyWithin(count * ADDRESS_BYTES, place * ADDRESS_BYTES, (place + 1) * ADDRESS_BYTES);
    table.shares[count] = shares;
    table.withholdingBps[count] = table.withholdingBps[place] ?? 0;
    count += 1;
  }
  return firstHolders(table, count);
}

const firstHolders = ({ addresses, shares, withholdingBps }: HolderTable, count: number): HolderTable => ({
  count,
  addresses: addresses.subarray(0, count * ADDRESS_BYTES),
  shares: shares.subarray(0, count),
  withholdingBps: withholdingBps.subarray(0, count),
});
