import { requireInput } from "../errors.ts";
import {
  createPackedAccounts,
  createPackedCash,
  createPackedShares,
  type PackedAccounts,
  type PackedCash,
  type PackedShares,
  type PackedSnapshot,
  type SnapshotTables,
} from "../packed-snapshot.ts";
import { viewOf } from "./integers.ts";

type Column = Uint8Array | Uint16Array | Uint32Array | BigInt64Array;

/** The columns of each list in the order in which a file has them. */
const accountColumns = ({ addresses, investors }: PackedAccounts): Column[] => [addresses, investors];
const shareColumns = (shares: PackedShares): Column[] => {
  const { account, asset, spendable, balance, frozen, sendCode, receiveCode } = shares;
  return [account, asset, spendable, balance, sendCode, receiveCode, ...(frozen === undefined ? [] : [frozen])];
};

/** Set in the count of shares if a column of what is frozen follows the others. */
const WITH_FROZEN = 0x80000000;

const cashColumns = ({ account, currency, deposited }: PackedCash): Column[] => [account, currency, deposited];

/**
 * The long lists of `snapshot` as parts of a file: per list a uint32 count and its columns. These numbers are little-endian, as
 * the machines are that read them, and nothing is copied.
 */
export function columnParts({ accounts, shares, cash }: PackedSnapshot): Uint8Array[] {
  return [
    countOf(accounts.investors.length),
    ...accountColumns(accounts).map(bytesOf),
    countOf(shares.account.length + (shares.frozen === undefined ? 0 : WITH_FROZEN)),
    ...shareColumns(shares).map(bytesOf),
    countOf(cash.account.length),
    ...cashColumns(cash).map(bytesOf),
  ];
}

/** Reads the long lists from `offset` of `bytes` on, into arrays of their own. */
export function readColumns(
  bytes: Uint8Array,
  offset: number,
  tables: SnapshotTables,
): { readonly packed: PackedSnapshot; readonly end: number } {
  let at = offset;

  function read<List>(
    name: string,
    create: (count: number, hasMore: boolean) => List,
    columnsOf: (list: List) => Column[],
  ): List {
    requireInput(at + 4 <= bytes.length, `the file ends before its ${name}`);
    const stated = viewOf(bytes).getUint32(at, true);
    const hasMore = stated >= WITH_FROZEN;
    const count = hasMore ? stated - WITH_FROZEN : stated;
    at += 4;
    const rowBytes = columnsOf(create(1, hasMore)).reduce((sum, { byteLength }) => sum + byteLength, 0);
    requireInput(at + count * rowBytes <= bytes.length, `the file ends within its ${name}`);

    const list = create(count, hasMore);
    for (const column of columnsOf(list).map(bytesOf)) {
      column.set(bytes.subarray(at, at + column.length));
      at += column.length;
    }
    return list;
  }

  const accounts = read("accounts", createPackedAccounts, accountColumns);
  const shares = read("shares", createPackedShares, shareColumns);
  const cash = read("cash", createPackedCash, cashColumns);
  return { packed: { ...tables, accounts, shares, cash }, end: at };
}

function countOf(count: number): Uint8Array {
  const bytes = new Uint8Array(4);
  viewOf(bytes).setUint32(0, count, true);
  return bytes;
}

const bytesOf = (column: Column): Uint8Array => new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
