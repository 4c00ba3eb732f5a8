import { fromHex } from "../formats/hex.ts";
import { viewOf, wordsOf } from "../formats/integers.ts";
import { keyOf, sortKeys } from "../income/sort-addresses.ts";
import type { Snapshot } from "../snapshot.ts";
import { type Holders, loadHolders } from "./holders.ts";
import { KeyTable } from "./key-table.ts";
import { MandateBook } from "./mandate-book.ts";
import { PairTable } from "./pair-table.ts";

export const ADDRESS_BYTES = 20;
export const ADDRESS_WORDS = 5;

/**
 * What the ledger holds, in typed arrays. A *position* is one account's shares of one asset; positions are numbered as the
 * snapshot lists them. All amounts are *cells* of one array: first what each position may spend, then cash by
 * `account * currencyCount + currency`, then what of each position is locked, then what is frozen.
 */
export interface LedgerState {
  readonly assetIds: readonly bigint[];
  /** The places of assets in ascending order of their ids. */
  readonly assetRank: Int32Array;
  readonly currencies: readonly string[];
  /** Addresses of the accounts, 20 bytes each. */
  readonly addresses: Uint8Array;
  /** Finds accounts by address. */
  readonly accounts: KeyTable;
  /** The places of accounts in ascending order of their addresses. */
  readonly accountRank: Int32Array;
  /** 0 if shares of an asset may move, else why not. */
  readonly assetState: Uint16Array;
  /** By account and asset. */
  readonly positions: PairTable;
  readonly sendCode: Uint16Array;
  readonly receiveCode: Uint16Array;
  readonly cells: BigInt64Array;
  /** Where the cells of cash, of locked and of frozen shares begin. */
  readonly cashAt: number;
  readonly lockedAt: number;
  readonly frozenAt: number;
  readonly holders: Holders;
  readonly mandates: MandateBook;
}

/** Packs a checked snapshot. Its totals are within 63 bits, so no cell can overflow: instructions conserve. */
export function loadState(snapshot: Snapshot): LedgerState {
  const { assets, currencies, accounts, shares, cash } = snapshot;
  const addresses = packAddresses(accounts.map(({ address }) => address));
  const cashAt = shares.length;
  const lockedAt = cashAt + accounts.length * currencies.length;
  const frozenAt = lockedAt + shares.length;
  const cells = sharedAmounts(frozenAt + shares.length);
  const positions = new PairTable(shares.length);
  const supply = new BigInt64Array(assets.length);

  for (const [position, { account, asset, spendable, balance }] of shares.entries()) {
    positions.add(account, asset);
    cells[position] = spendable;
    cells[lockedAt + position] = balance - spendable;
    supply[asset] = (supply[asset] ?? 0n) + balance;
  }
  for (const { account, currency, deposited } of cash) {
    cells[cashAt + account * currencies.length + currency] = deposited;
  }

  return {
    assetIds: assets.map(({ id }) => id),
    assetRank: rankAssets(assets.map(({ id }) => id)),
    currencies: currencies.map(({ address }) => address),
    addresses,
    accounts: tableOf(addresses),
    accountRank: rankAddresses(addresses),
    assetState: Uint16Array.from(assets, ({ state }) => state),
    positions,
    sendCode: Uint16Array.from(shares, ({ sendCode }) => sendCode),
    receiveCode: Uint16Array.from(shares, ({ receiveCode }) => receiveCode),
    cells,
    cashAt,
    lockedAt,
    frozenAt,
    holders: loadHolders(snapshot),
    mandates: new MandateBook(snapshot, supply),
  };
}

/** The cell of an account's cash. */
export function cashCell({ cashAt, currencies }: LedgerState, account: number, currency: number): number {
  return cashAt + account * currencies.length + currency;
}

/** Zero amounts in shared memory. */
export function sharedAmounts(count: number): BigInt64Array {
  return new BigInt64Array(new SharedArrayBuffer(8 * count));
}

function packAddresses(addresses: readonly string[]): Uint8Array {
  const packed = new Uint8Array(ADDRESS_BYTES * addresses.length);
  for (const [account, address] of addresses.entries()) packed.set(fromHex(address, 20), ADDRESS_BYTES * account);
  return packed;
}

function tableOf(addresses: Uint8Array): KeyTable {
  const count = addresses.length / ADDRESS_BYTES;
  const table = new KeyTable(ADDRESS_WORDS, count);
  const words = wordsOf(addresses);
  for (let account = 0; account < count; account++) table.add(words, account * ADDRESS_WORDS);
  return table;
}

function rankAddresses(addresses: Uint8Array): Int32Array {
  const view = viewOf(addresses);
  const keys = Float64Array.from({ length: addresses.length / ADDRESS_BYTES }, (_, account) => keyOf(view, account));
  return ranksOf(sortKeys(addresses, keys));
}

function rankAssets(ids: readonly bigint[]): Int32Array {
  const order = [...ids.keys()].sort((a, b) => ((ids[a] ?? 0n) < (ids[b] ?? 0n) ? -1 : 1));
  return ranksOf(Uint32Array.from(order));
}

function ranksOf(order: Uint32Array): Int32Array {
  const ranks = new Int32Array(order.length);
  for (let rank = 0; rank < order.length; rank++) ranks[order[rank] ?? 0] = rank;
  return ranks;
}
