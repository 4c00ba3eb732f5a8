import { toHex, writeHex } from "./formats/hex.ts";
import type { AccountState, CashPosition, SharePosition, Snapshot } from "./snapshot.ts";
import { sharedBytes } from "./workers/shared-bytes.ts";

/** The short part of a snapshot: the same objects in both forms. */
export type SnapshotTables = Omit<Snapshot, "accounts" | "shares" | "cash">;

/**
 * A snapshot whose long lists are columns of numbers, so that a million positions are some 30 MB and not a million objects.
 * Everything else is as in {@link Snapshot}. Row *i* of a column belongs to entry *i* of the list; all columns of a list are equally
 * long. Whoever hands one to a batch leaves it as it is until the batch is through.
 */
export interface PackedSnapshot extends SnapshotTables {
  readonly accounts: PackedAccounts;
  readonly shares: PackedShares;
  readonly cash: PackedCash;
}

export interface PackedAccounts {
  /** 20 bytes each. */
  readonly addresses: Uint8Array;
  /** Equal for the wallets of one investor; {@link NO_INVESTOR} for a protocol account. */
  readonly investors: Uint32Array;
}

/** One row per {@link SharePosition}. */
export interface PackedShares {
  readonly account: Uint32Array;
  readonly asset: Uint16Array;
  /** Below zero where more is held back than is there. */
  readonly spendable: BigInt64Array;
  readonly balance: BigInt64Array;
  /** {@link NOT_STATED} where a position says nothing of it; left out if none does. */
  readonly frozen?: BigInt64Array | undefined;
  readonly sendCode: Uint16Array;
  readonly receiveCode: Uint16Array;
}

/** In place of frozen shares, of a position that does not say how many there are. */
export const NOT_STATED = -1n;

/** The frozen shares of row `row`; none if it says nothing of them. */
export function frozenAt({ frozen }: PackedShares, row: number): bigint {
  const stated = frozen?.[row] ?? 0n;
  return stated === NOT_STATED ? 0n : stated;
}

/** One row per {@link CashPosition}. */
export interface PackedCash {
  readonly account: Uint32Array;
  readonly currency: Uint16Array;
  readonly deposited: BigInt64Array;
}

/** The number of a protocol account's investor, which holder limits do not count. */
export const NO_INVESTOR = 0;

export const ADDRESS_BYTES = 20;

const columnsOf = new WeakMap<Snapshot, PackedSnapshot>();

/** The columns behind a snapshot that {@link snapshotOf} made; undefined if it is of objects. */
export function packedOf(snapshot: Snapshot): PackedSnapshot | undefined {
  return columnsOf.get(snapshot);
}

/** Columns for so many accounts, all zero, in shared memory. */
export function createPackedAccounts(count: number): PackedAccounts {
  return { addresses: sharedBytes(ADDRESS_BYTES * count), investors: new Uint32Array(shared(4 * count)) };
}

export function createPackedShares(count: number, statesFrozen = false): PackedShares {
  return {
    ...(statesFrozen ? { frozen: new BigInt64Array(shared(8 * count)) } : {}),
    account: new Uint32Array(shared(4 * count)),
    asset: new Uint16Array(shared(2 * count)),
    spendable: new BigInt64Array(shared(8 * count)),
    balance: new BigInt64Array(shared(8 * count)),
    sendCode: new Uint16Array(shared(2 * count)),
    receiveCode: new Uint16Array(shared(2 * count)),
  };
}

export function createPackedCash(count: number): PackedCash {
  return {
    account: new Uint32Array(shared(4 * count)),
    currency: new Uint16Array(shared(2 * count)),
    deposited: new BigInt64Array(shared(8 * count)),
  };
}

const shared = (length: number): SharedArrayBuffer => new SharedArrayBuffer(length);

/** A checked snapshot in columns. Investors are numbered in the order in which their first wallet stands. */
export function packSnapshot({ accounts, shares, cash, ...rest }: Snapshot): PackedSnapshot {
  const packed: PackedSnapshot = {
    ...rest,
    accounts: createPackedAccounts(accounts.length),
    shares: createPackedShares(
      shares.length,
      shares.some(({ frozen }) => frozen !== undefined),
    ),
    cash: createPackedCash(cash.length),
  };
  const investors = new Map<string, number>([["", NO_INVESTOR]]);

  for (const [row, { address, investor }] of accounts.entries()) {
    const number = investors.get(investor) ?? investors.size;
    investors.set(investor, number);
    writeHex(packed.accounts.addresses, row * ADDRESS_BYTES, ADDRESS_BYTES, address);
    packed.accounts.investors[row] = number;
  }
  for (const [row, position] of shares.entries()) {
    packed.shares.account[row] = position.account;
    packed.shares.asset[row] = position.asset;
    packed.shares.spendable[row] = position.spendable;
    packed.shares.balance[row] = position.balance;
    if (packed.shares.frozen !== undefined) packed.shares.frozen[row] = position.frozen ?? NOT_STATED;
    packed.shares.sendCode[row] = position.sendCode;
    packed.shares.receiveCode[row] = position.receiveCode;
  }
  for (const [row, { account, currency, deposited }] of cash.entries()) {
    packed.cash.account[row] = account;
    packed.cash.currency[row] = currency;
    packed.cash.deposited[row] = deposited;
  }
  return packed;
}

/**
 * `packed` as a snapshot that any batch takes. Its objects are made list by list and only when somebody asks for them, so that
 * who decides in columns never pays for them. Investors are called by their numbers. A copy of it is a snapshot of objects.
 */
export function snapshotOf(packed: PackedSnapshot): Snapshot {
  const { accounts, shares, cash, ...tables } = packed;
  let accountList: readonly AccountState[] | undefined;
  let shareList: readonly SharePosition[] | undefined;
  let cashList: readonly CashPosition[] | undefined;

  const snapshot: Snapshot = {
    ...tables,
    get accounts() {
      accountList ??= unpackAccounts(accounts);
      return accountList;
    },
    get shares() {
      shareList ??= unpackShares(shares);
      return shareList;
    },
    get cash() {
      cashList ??= unpackCash(cash);
      return cashList;
    },
  };
  columnsOf.set(snapshot, packed);
  return snapshot;
}

function unpackAccounts({ addresses, investors }: PackedAccounts): AccountState[] {
  return Array.from(investors, (investor, row) => ({
    address: toHex(addresses, row * ADDRESS_BYTES, ADDRESS_BYTES),
    investor: investor === NO_INVESTOR ? "" : `investor ${investor}`,
  }));
}

function unpackShares(shares: PackedShares): SharePosition[] {
  return Array.from(shares.account, (account, row) => ({
    account,
    asset: shares.asset[row] ?? 0,
    spendable: shares.spendable[row] ?? 0n,
    balance: shares.balance[row] ?? 0n,
    ...((shares.frozen?.[row] ?? NOT_STATED) === NOT_STATED ? {} : { frozen: shares.frozen?.[row] }),
    sendCode: shares.sendCode[row] ?? 0,
    receiveCode: shares.receiveCode[row] ?? 0,
  }));
}

function unpackCash(cash: PackedCash): CashPosition[] {
  return Array.from(cash.account, (account, row) => ({
    account,
    currency: cash.currency[row] ?? 0,
    deposited: cash.deposited[row] ?? 0n,
  }));
}
