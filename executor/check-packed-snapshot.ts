import { checkHolds, checkKinds } from "./check-kinds.ts";
import { checkMandates, checkTables, normalTables } from "./check-snapshot.ts";
import { requireInput } from "./errors.ts";
import { toHex } from "./formats/hex.ts";
import { MAX_AMOUNT } from "./formats/integers.ts";
import { alignedWords, KeyTable } from "./ledger/key-table.ts";
import { ADDRESS_BYTES, frozenAt, type PackedAccounts, type PackedSnapshot } from "./packed-snapshot.ts";

const ADDRESS_WORDS = ADDRESS_BYTES / 4;

/** The highest half of a total that fits 63 bits. */
const MAX_HIGH = 0x7fffffff;

/** Pairs are marked one bit each up to here (16 MB); beyond it they are looked up. */
const MAX_MARKED_PAIRS = 2 ** 27;

/** The same refusals as `checkSnapshot`, over columns; a million positions take about a tenth of a second. */
export function checkPackedSnapshot(snapshot: PackedSnapshot): PackedSnapshot {
  const { accounts, shares, cash, ...tables } = snapshot;
  const accountCount = accounts.investors.length;
  checkTables(tables);
  requireInput(accounts.addresses.length === accountCount * ADDRESS_BYTES, "the columns of accounts differ in length");
  requireSameLength(
    "shares",
    Object.values(shares).filter((column) => column !== undefined),
  );
  requireSameLength("cash", Object.values(cash));

  requireDistinctAddresses(accounts);
  checkShares(snapshot);
  checkCash(snapshot);
  checkMandates(tables, accountCount);
  checkKinds(tables, accountCount);
  checkHolds(tables, shares.account.length, (row) => {
    const frozen = frozenAt(shares, row);
    const locked = (shares.balance[row] ?? 0n) - (shares.spendable[row] ?? 0n) - frozen;
    return { account: shares.account[row] ?? 0, asset: shares.asset[row] ?? 0, locked };
  });

  return { ...normalTables(tables), accounts, shares, cash };
}

function checkShares({ accounts, assets, shares }: PackedSnapshot): void {
  const { account, asset, spendable, balance } = shares;
  const spendableHalves = new Uint32Array(spendable.buffer, spendable.byteOffset, 2 * spendable.length);
  const balanceHalves = new Uint32Array(balance.buffer, balance.byteOffset, 2 * balance.length);
  const supply = new Totals(assets.length);
  const name = (row: number) => `shares of account ${account[row]}, asset ${asset[row]}`;
  requireIndices(account, accounts.investors.length, name);
  requireIndices(asset, assets.length, name);

  for (let row = 0; row < account.length; row++) {
    const [low, high] = [balanceHalves[2 * row] ?? 0, balanceHalves[2 * row + 1] ?? 0];
    const spendableHigh = spendableHalves[2 * row + 1] ?? 0;
    const isWithin =
      high <= MAX_HIGH &&
      (spendableHigh > MAX_HIGH
        ? (balance[row] ?? 0n) - (spendable[row] ?? 0n) <= MAX_AMOUNT
        : spendableHigh < high || (spendableHigh === high && (spendableHalves[2 * row] ?? 0) <= low));
    if (!isWithin) requireInput(false, `${name(row)}: spendable ${spendable[row]} of ${balance[row]}`);
    if (!supply.add(asset[row] ?? 0, low, high)) {
      requireInput(false, `${name(row)}: the total ${supply.of(asset[row] ?? 0)} does not fit 63 bits`);
    }
  }

  for (let row = 0; row < (shares.frozen?.length ?? 0); row++) {
    const frozen = frozenAt(shares, row);
    const held = (balance[row] ?? 0n) - (spendable[row] ?? 0n);
    if (frozen < 0n || frozen > held) {
      requireInput(false, `${name(row)}: frozen ${frozen}, spendable ${spendable[row]} of ${balance[row]}`);
    }
  }
  requireDistinctPairs("share position", account, asset, accounts.investors.length, assets.length);
}

function checkCash({ accounts, currencies, cash }: PackedSnapshot): void {
  const { account, currency, deposited } = cash;
  const halves = new Uint32Array(deposited.buffer, deposited.byteOffset, 2 * deposited.length);
  const deposits = new Totals(currencies.length);
  const name = (row: number) => `cash of account ${account[row]}, currency ${currency[row]}`;
  requireIndices(account, accounts.investors.length, name);
  requireIndices(currency, currencies.length, name);

  for (let row = 0; row < account.length; row++) {
    const [low, high] = [halves[2 * row] ?? 0, halves[2 * row + 1] ?? 0];
    if (high > MAX_HIGH) requireInput(false, `${name(row)}: ${deposited[row]}`);
    if (!deposits.add(currency[row] ?? 0, low, high)) {
      requireInput(false, `${name(row)}: the total ${deposits.of(currency[row] ?? 0)} does not fit 63 bits`);
    }
  }

  requireDistinctPairs("cash position", account, currency, accounts.investors.length, currencies.length);
}

/** Sums of 64-bit integers in two halves each: a BigInt per row would cost more than everything else here. */
class Totals {
  readonly #low: Float64Array;
  readonly #high: Float64Array;

  constructor(count: number) {
    this.#low = new Float64Array(count);
    this.#high = new Float64Array(count);
  }

  /** Adds to a total; false once it does not fit 63 bits. */
  add(key: number, low: number, high: number): boolean {
    const sum = (this.#low[key] ?? 0) + low;
    const carry = sum >= 2 ** 32 ? 1 : 0;
    const highSum = (this.#high[key] ?? 0) + high + carry;
    this.#low[key] = sum - carry * 2 ** 32;
    this.#high[key] = highSum;
    return highSum <= MAX_HIGH;
  }

  of(key: number): bigint {
    return (BigInt(this.#high[key] ?? 0) << 32n) + BigInt(this.#low[key] ?? 0);
  }
}

function requireIndices(column: Uint32Array | Uint16Array, count: number, name: (row: number) => string): void {
  for (let row = 0; row < column.length; row++) {
    const index = column[row] ?? 0;
    if (index >= count) requireInput(false, `${name(row)}: no entry ${index}`);
  }
}

function requireDistinctPairs(
  name: string,
  first: Uint32Array,
  second: Uint16Array,
  firstCount: number,
  secondCount: number,
): void {
  const listed = (row: number) => `${name} ${first[row]}/${second[row]} is listed twice`;

  if (firstCount * secondCount <= MAX_MARKED_PAIRS) {
    const marks = new Uint8Array(Math.ceil((firstCount * secondCount) / 8));
    for (let row = 0; row < first.length; row++) {
      const pair = (first[row] ?? 0) * secondCount + (second[row] ?? 0);
      const bit = 1 << (pair & 7);
      if (((marks[pair >> 3] ?? 0) & bit) !== 0) requireInput(false, listed(row));
      marks[pair >> 3] = (marks[pair >> 3] ?? 0) | bit;
    }
    return;
  }
  const pairs = new Set<number>();
  for (let row = 0; row < first.length; row++) {
    const pair = (first[row] ?? 0) * secondCount + (second[row] ?? 0);
    if (pairs.has(pair)) requireInput(false, listed(row));
    pairs.add(pair);
  }
}

function requireDistinctAddresses({ addresses }: PackedAccounts): void {
  const count = addresses.length / ADDRESS_BYTES;
  const table = new KeyTable(ADDRESS_WORDS, count);
  const words = alignedWords(addresses);

  for (let row = 0; row < count; row++) {
    if (table.add(words, row * ADDRESS_WORDS) === row) continue;
    requireInput(false, `account ${toHex(addresses, row * ADDRESS_BYTES, ADDRESS_BYTES)} is listed twice`);
  }
}

function requireSameLength(name: string, columns: readonly { readonly length: number }[]): void {
  const [first] = columns;
  const isSame = columns.every(({ length }) => length === first?.length);
  requireInput(isSame, `the columns of ${name} differ in length`);
}
