import { viewOf } from "../formats/integers.ts";
import { keyOf, sortKeys } from "../income/sort-addresses.ts";
import { ADDRESS_BYTES, frozenAt as frozenAtRow, packedOf, packSnapshot } from "../packed-snapshot.ts";
import type { Snapshot } from "../snapshot.ts";
import { type Holders, loadHolders } from "./holders.ts";
import { alignedWords, KeyTable } from "./key-table.ts";
import { MandateBook } from "./mandate-book.ts";
import { PairTable } from "./pair-table.ts";
import { loadBands, type PriceBands } from "./price-bands.ts";
import { sharedAmounts } from "./shared-amounts.ts";

export const ADDRESS_WORDS = ADDRESS_BYTES / 4;

/**
 * What the ledger holds, in typed arrays. A *position* is one account's shares of one asset; positions are numbered as the
 * snapshot lists them. All amounts are *cells* of one array: first what each position may spend, then cash by
 * `account * currencyCount + currency`, then what of each position is locked, then what is frozen. Where more is locked and frozen
 * than is there, a position may spend less than nothing, so that what arrives covers that first.
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
  readonly bands: PriceBands | undefined;
  /** By account and asset. */
  readonly positions: PairTable;
  readonly sendCode: Uint16Array;
  readonly receiveCode: Uint16Array;
  readonly cells: BigInt64Array;
  /** Where the cells of cash, of locked and of frozen shares begin. */
  readonly cashAt: number;
  readonly lockedAt: number;
  readonly frozenAt: number;
  /** What each position states to be frozen at the opening, if any does. */
  readonly statedFrozen: BigInt64Array | undefined;
  readonly holders: Holders;
  readonly mandates: MandateBook;
  readonly running: RunningChunk;
}

/** What the running chunk has moved. It lies here for the next batch, because for millions of positions it takes time to make. */
export interface RunningChunk {
  /** Net per cell of spendable shares or cash; zero again when the chunk is closed. */
  readonly net: BigInt64Array;
  /** Which chunk touched a cell last. */
  readonly touchedIn: Uint32Array;
  /** The number of the running chunk; no chunk of any batch before had it. */
  number: number;
}

/** Loads a checked snapshot. Its totals are within 63 bits, so no cell can overflow: instructions conserve. */
export function loadState(snapshot: Snapshot): LedgerState {
  const packed = packedOf(snapshot) ?? packSnapshot(snapshot);
  const { assets, currencies, accounts, shares, cash } = packed;
  const positionCount = shares.account.length;
  const cashAt = positionCount;
  const lockedAt = cashAt + accounts.investors.length * currencies.length;
  const frozenAt = lockedAt + positionCount;
  const cells = sharedAmounts(frozenAt + positionCount);
  const { buffer, byteOffset } = shares.account;
  const positions = new PairTable(positionCount, new Int32Array(buffer, byteOffset, positionCount));
  const supply = new BigInt64Array(assets.length);

  cells.set(shares.spendable);
  for (let position = 0; position < positionCount; position++) {
    const asset = shares.asset[position] ?? 0;
    const balance = shares.balance[position] ?? 0n;
    positions.add(shares.account[position] ?? 0, asset);
    const frozen = shares.frozen === undefined ? 0n : frozenAtRow(shares, position);
    const locked = BigInt.asIntN(64, balance - (shares.spendable[position] ?? 0n) - frozen);
    // Fresh memory is zero, and takes nothing until it is written.
    if (locked !== 0n) cells[lockedAt + position] = locked;
    if (frozen !== 0n) cells[frozenAt + position] = frozen;
    supply[asset] = BigInt.asIntN(64, (supply[asset] ?? 0n) + balance);
  }
  for (let row = 0; row < cash.account.length; row++) {
    const place = (cash.account[row] ?? 0) * currencies.length + (cash.currency[row] ?? 0);
    cells[cashAt + place] = cash.deposited[row] ?? 0n;
  }

  return {
    assetIds: assets.map(({ id }) => id),
    assetRank: rankAssets(assets.map(({ id }) => id)),
    currencies: currencies.map(({ address }) => address),
    addresses: accounts.addresses,
    accounts: tableOf(accounts.addresses),
    accountRank: rankAddresses(accounts.addresses),
    assetState: Uint16Array.from(assets, ({ state }) => state),
    bands: loadBands(packed),
    positions,
    sendCode: shares.sendCode,
    receiveCode: shares.receiveCode,
    cells,
    cashAt,
    lockedAt,
    frozenAt,
    statedFrozen: shares.frozen,
    holders: loadHolders(packed),
    mandates: new MandateBook(packed, supply),
    running: { net: new BigInt64Array(lockedAt), touchedIn: new Uint32Array(lockedAt), number: 1 },
  };
}

/** The cell of an account's cash. */
export function cashCell({ cashAt, currencies }: LedgerState, account: number, currency: number): number {
  return cashAt + account * currencies.length + currency;
}

function tableOf(addresses: Uint8Array): KeyTable {
  const count = addresses.length / ADDRESS_BYTES;
  const table = new KeyTable(ADDRESS_WORDS, count);
  const words = alignedWords(addresses);
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
  const ranks = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * order.length));
  for (let rank = 0; rank < order.length; rank++) ranks[order[rank] ?? 0] = rank;
  return ranks;
}
