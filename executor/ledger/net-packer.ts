import { fromHex } from "../formats/hex.ts";
import { readWord, viewOf, writeWord } from "../formats/integers.ts";
import type { NetVector } from "../formats/net-vector.ts";
import { ADDRESS_BYTES } from "../packed-snapshot.ts";
import type { LedgerState } from "./state.ts";

const WORD = 32;
/** Words before the lists: currency and where each list begins. */
const HEAD_WORDS = 4;
/** Places in a chunk have 16 bits; a sort key carries one in its lowest digits. */
const PLACES = 2 ** 16;

/**
 * Writes the net vector of a chunk as `abi.encode(currency, assets, accounts, shares)`, from cells and without an object
 * per movement. Sorting is of numbers: a key's upper digits say where it belongs and the lowest which movement it is.
 */
export class NetPacker {
  readonly #state: LedgerState;
  readonly #currencyBytes: readonly Uint8Array[];
  /** Per account its place in the chunk's list, once it has one; per asset likewise. */
  readonly #accountPlace: Int32Array;
  readonly #assetPlace: Int32Array;
  #keys = new Float64Array(256);
  #cash = new BigInt64Array(256);

  constructor(state: LedgerState) {
    this.#state = state;
    this.#currencyBytes = state.currencies.map((address) => fromHex(address, ADDRESS_BYTES));
    this.#accountPlace = new Int32Array(state.accountRank.length).fill(-1);
    this.#assetPlace = new Int32Array(state.assetIds.length).fill(-1);
  }

  /** The encoding of what `cells` moved by `net`. Zeros are left out, and who has only zeros too. */
  pack(currency: number, cells: Int32Array, net: BigInt64Array): Uint8Array {
    if (cells.length > this.#keys.length) this.#grow(cells.length);
    const accounts = this.#listAccounts(currency, cells, net);
    const assets = this.#listAssets(cells, net);
    const shares = this.#listShares(cells, net);
    const bytes = new Uint8Array(WORD * (HEAD_WORDS + 3 + assets.length + accounts.length + shares.length));
    const view = viewOf(bytes);

    bytes.set(this.#currencyBytes[currency] ?? new Uint8Array(ADDRESS_BYTES), 12);
    let at = WORD * HEAD_WORDS;
    at = openList(view, 0, at, assets.length);
    for (const asset of assets) {
      writeWord(view, at, this.#state.assetIds[asset] ?? 0n);
      at += WORD;
    }
    at = openList(view, 1, at, accounts.length);
    for (let place = 0; place < accounts.length; place++) {
      this.#writeAccount(bytes, view, at, accounts[place] ?? 0, this.#cash[place] ?? 0n);
      at += WORD;
    }
    at = openList(view, 2, at, shares.length);
    for (const cell of shares) {
      const { first, second } = this.#state.positions;
      view.setUint16(at, this.#assetPlace[second[cell] ?? 0] ?? 0);
      view.setUint16(at + 2, this.#accountPlace[first[cell] ?? 0] ?? 0);
      view.setBigInt64(at + 4, net[cell] ?? 0n);
      at += WORD;
    }

    for (const account of accounts) this.#accountPlace[account] = -1;
    for (const asset of assets) this.#assetPlace[asset] = -1;
    return bytes;
  }

  /** The same as an object; its lists are read from the bytes when somebody asks for them. */
  unpack(encoded: Uint8Array, currency: number): NetVector {
    const view = viewOf(encoded);
    const listAt = (list: number): bigint[] => {
      const at = view.getUint32(WORD * (1 + list) + 28);
      return Array.from({ length: view.getUint32(at + 28) }, (_, place) => readWord(view, at + WORD * (1 + place)));
    };

    return {
      currency: this.#state.currencies[currency] ?? `0x${"00".repeat(ADDRESS_BYTES)}`,
      get assets() {
        return listAt(0);
      },
      get accounts() {
        return listAt(1);
      },
      get shares() {
        return listAt(2);
      },
    };
  }

  /** Accounts that have moved anything, ascending by address; notes their places and their cash. */
  #listAccounts(currency: number, cells: Int32Array, net: BigInt64Array): Int32Array {
    const { accountRank } = this.#state;
    let count = 0;
    for (const cell of cells) {
      if (net[cell] === 0n) continue;
      const account = this.#accountOf(cell);
      if (this.#accountPlace[account] !== -1) continue;
      this.#accountPlace[account] = 0;
      this.#keys[count] = (accountRank[account] ?? 0) * 2 ** 24 + account;
      count += 1;
    }
    const accounts = sortedPlaces(this.#keys.subarray(0, count), 2 ** 24);
    const { cashAt, currencies } = this.#state;
    for (let place = 0; place < count; place++) {
      const account = accounts[place] ?? 0;
      this.#accountPlace[account] = place;
      this.#cash[place] = net[cashAt + account * currencies.length + currency] ?? 0n;
    }
    return accounts;
  }

  /** Assets of which shares have moved, ascending by id; notes their places. */
  #listAssets(cells: Int32Array, net: BigInt64Array): Int32Array {
    const { positions, cashAt, assetRank } = this.#state;
    let count = 0;
    for (const cell of cells) {
      const asset = positions.second[cell] ?? 0;
      if (cell >= cashAt || net[cell] === 0n || this.#assetPlace[asset] !== -1) continue;
      this.#assetPlace[asset] = 0;
      this.#keys[count] = (assetRank[asset] ?? 0) * PLACES + asset;
      count += 1;
    }
    const assets = sortedPlaces(this.#keys.subarray(0, count), PLACES);
    for (let place = 0; place < count; place++) this.#assetPlace[assets[place] ?? 0] = place;
    return assets;
  }

  /** Positions that have moved: by asset, debits before credits, by account. */
  #listShares(cells: Int32Array, net: BigInt64Array): Int32Array {
    const { positions, cashAt } = this.#state;
    let count = 0;
    for (let place = 0; place < cells.length; place++) {
      const cell = cells[place] ?? 0;
      const delta = net[cell] ?? 0n;
      if (cell >= cashAt || delta === 0n) continue;
      const asset = this.#assetPlace[positions.second[cell] ?? 0] ?? 0;
      const account = this.#accountPlace[positions.first[cell] ?? 0] ?? 0;
      this.#keys[count] = ((2 * asset + Number(delta > 0n)) * PLACES + account) * PLACES + place;
      count += 1;
    }
    return sortedPlaces(this.#keys.subarray(0, count), PLACES).map((place) => cells[place] ?? 0);
  }

  #accountOf(cell: number): number {
    const { positions, cashAt, currencies } = this.#state;
    return cell < cashAt ? (positions.first[cell] ?? 0) : Math.floor((cell - cashAt) / currencies.length);
  }

  #writeAccount(bytes: Uint8Array, view: DataView, at: number, account: number, cash: bigint): void {
    const from = account * ADDRESS_BYTES;
    for (let i = 0; i < ADDRESS_BYTES; i++) bytes[at + i] = this.#state.addresses[from + i] ?? 0;
    view.setBigInt64(at + ADDRESS_BYTES, cash);
  }

  #grow(count: number): void {
    this.#keys = new Float64Array(2 * count);
    this.#cash = new BigInt64Array(2 * count);
  }
}

/** Sorts keys; the lowest digits of each, in that order. */
function sortedPlaces(keys: Float64Array, digits: number): Int32Array {
  keys.sort();
  return Int32Array.from(keys, (key) => key % digits);
}

/** Writes where a list begins and how long it is; where its first word goes. */
function openList(view: DataView, list: number, at: number, length: number): number {
  view.setUint32(WORD * (1 + list) + 28, at);
  view.setUint32(at + 28, length);
  return at + WORD;
}
