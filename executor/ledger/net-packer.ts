import { fromHex } from "../formats/hex.ts";
import { copyWords, readWord, viewOf, wordsOf, writeWord } from "../formats/integers.ts";
import type { NetVector } from "../formats/net-vector.ts";
import { ADDRESS_BYTES } from "../packed-snapshot.ts";
import { alignedWords } from "./key-table.ts";
import { PlaceSorter } from "./place-sorter.ts";
import { ADDRESS_WORDS, type LedgerState } from "./state.ts";

const WORD = 32;
/** Words before the lists: currency and where each list begins. */
const HEAD_WORDS = 4;
/** Places in a chunk have 16 bits. */
const PLACES = 2 ** 16;

/** Words of 32 bits of a packed net: how many assets and accounts it lists, then the lists. */
const PACKED_HEAD = 2;
/** The place of an account, or of an asset and an account, and a 64-bit amount. */
const PACKED_AMOUNT = 3;

/**
 * Writes the net vector of a chunk from cells and without an object per movement: packed first, because chunks are kept until their
 * batch is through and the encoding has two zeros for each byte that says something, and as
 * `abi.encode(currency, assets, accounts, shares)` when somebody asks for that.
 */
export class NetPacker {
  readonly #state: LedgerState;
  readonly #currencyBytes: readonly Uint8Array[];
  /** Per account its place in the chunk's list, once it has one; per asset likewise. */
  readonly #accountPlace: Int32Array;
  readonly #assetPlace: Int32Array;
  readonly #addressWords: Int32Array;
  readonly #sorter = new PlaceSorter();
  /** Of each cell of the chunk: the place of its account, and twice that of its asset, one more for a credit. */
  #accountKeys = new Int32Array(256);
  #assetKeys = new Int32Array(256);
  /** Sorted accounts, assets and cells of the chunk at hand. */
  #accounts = new Int32Array(256);
  #assets = new Int32Array(256);
  #shares = new Int32Array(256);
  #encoded = new Uint8Array(0);

  constructor(state: LedgerState) {
    this.#state = state;
    this.#currencyBytes = state.currencies.map((address) => fromHex(address, ADDRESS_BYTES));
    this.#addressWords = alignedWords(state.addresses);
    this.#accountPlace = new Int32Array(state.accountRank.length).fill(-1);
    this.#assetPlace = new Int32Array(state.assetIds.length).fill(-1);
  }

  /** What `cells` moved by `net`, packed. Zeros are left out, and who has only zeros too. */
  pack(currency: number, cells: Int32Array, net: BigInt64Array): Int32Array {
    if (cells.length > this.#shares.length) this.#grow(cells.length);
    const accounts = this.#listAccounts(cells, net);
    const assets = this.#listAssets(cells, net);
    const shares = this.#listShares(cells, net);
    const { positions, cashAt, currencies } = this.#state;
    const halves = new Int32Array(net.buffer, net.byteOffset, 2 * net.length);
    const packed = new Int32Array(PACKED_HEAD + assets.length + PACKED_AMOUNT * (accounts.length + shares.length));

    packed[0] = assets.length;
    packed[1] = accounts.length;
    packed.set(assets, PACKED_HEAD);
    let at = PACKED_HEAD + assets.length;
    for (let place = 0; place < accounts.length; place++) {
      const account = accounts[place] ?? 0;
      packed[at] = account;
      copyWords(halves, 2 * (cashAt + account * currencies.length + currency), packed, at + 1, 2);
      at += PACKED_AMOUNT;
    }
    for (let place = 0; place < shares.length; place++) {
      const cell = shares[place] ?? 0;
      const asset = this.#assetPlace[positions.second[cell] ?? 0] ?? 0;
      packed[at] = asset * PLACES + (this.#accountPlace[positions.first[cell] ?? 0] ?? 0);
      copyWords(halves, 2 * cell, packed, at + 1, 2);
      at += PACKED_AMOUNT;
    }

    for (let place = 0; place < accounts.length; place++) this.#accountPlace[accounts[place] ?? 0] = -1;
    for (let place = 0; place < assets.length; place++) this.#assetPlace[assets[place] ?? 0] = -1;
    return packed;
  }

  /** The encoding of a packed net. It is there until the next one is asked for: all are written in one place. */
  encode(packed: Int32Array, currency: number): Uint8Array {
    const [assetCount = 0, accountCount = 0] = packed;
    const accountsAt = PACKED_HEAD + assetCount;
    const sharesAt = accountsAt + PACKED_AMOUNT * accountCount;
    const shareCount = (packed.length - sharesAt) / PACKED_AMOUNT;
    const bytes = this.#clearBytes(WORD * (HEAD_WORDS + 3 + assetCount + accountCount + shareCount));
    const view = viewOf(bytes);
    const words = wordsOf(bytes);

    bytes.set(this.#currencyBytes[currency] ?? new Uint8Array(ADDRESS_BYTES), 12);
    let at = openList(view, 0, WORD * HEAD_WORDS, assetCount);
    for (let from = PACKED_HEAD; from < accountsAt; from++) {
      writeWord(view, at, this.#state.assetIds[packed[from] ?? 0] ?? 0n);
      at += WORD;
    }
    at = openList(view, 1, at, accountCount);
    for (let from = accountsAt; from < sharesAt; from += PACKED_AMOUNT) {
      copyWords(this.#addressWords, (packed[from] ?? 0) * ADDRESS_WORDS, words, at >> 2, ADDRESS_WORDS);
      writeAmount(view, at + ADDRESS_BYTES, packed, from + 1);
      at += WORD;
    }
    at = openList(view, 2, at, shareCount);
    for (let from = sharesAt; from < packed.length; from += PACKED_AMOUNT) {
      view.setInt32(at, packed[from] ?? 0);
      writeAmount(view, at + 4, packed, from + 1);
      at += WORD;
    }
    return bytes;
  }

  /** A packed net as an object; its lists are read when somebody asks for them. */
  unpack(packed: Int32Array, currency: number): NetVector {
    const listAt = (list: number): bigint[] => {
      const view = viewOf(this.encode(packed, currency));
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

  /** Accounts that have moved anything, ascending by address; notes their places. */
  #listAccounts(cells: Int32Array, net: BigInt64Array): Int32Array {
    const { accountRank } = this.#state;
    let count = 0;
    for (let place = 0; place < cells.length; place++) {
      const cell = cells[place] ?? 0;
      if (net[cell] === 0n) continue;
      const account = this.#accountOf(cell);
      if (this.#accountPlace[account] !== -1) continue;
      this.#accountPlace[account] = 0;
      this.#accounts[count] = account;
      count += 1;
    }
    this.#sorter.sort(this.#accounts, count, accountRank);
    const accounts = this.#accounts.subarray(0, count);
    for (let place = 0; place < count; place++) this.#accountPlace[accounts[place] ?? 0] = place;
    return accounts;
  }

  /** Assets of which shares have moved, ascending by id; notes their places. */
  #listAssets(cells: Int32Array, net: BigInt64Array): Int32Array {
    const { positions, cashAt, assetRank } = this.#state;
    let count = 0;
    for (let place = 0; place < cells.length; place++) {
      const cell = cells[place] ?? 0;
      const asset = positions.second[cell] ?? 0;
      if (cell >= cashAt || net[cell] === 0n || this.#assetPlace[asset] !== -1) continue;
      this.#assetPlace[asset] = 0;
      this.#assets[count] = asset;
      count += 1;
    }
    this.#sorter.sort(this.#assets, count, assetRank);
    const assets = this.#assets.subarray(0, count);
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
      this.#shares[count] = place;
      this.#accountKeys[place] = account;
      this.#assetKeys[place] = 2 * asset + Number(delta > 0n);
      count += 1;
    }
    this.#sorter.sort(this.#shares, count, this.#accountKeys);
    this.#sorter.sort(this.#shares, count, this.#assetKeys);
    const shares = this.#shares.subarray(0, count);
    for (let place = 0; place < count; place++) shares[place] = cells[shares[place] ?? 0] ?? 0;
    return shares;
  }

  #accountOf(cell: number): number {
    const { positions, cashAt, currencies } = this.#state;
    return cell < cashAt ? (positions.first[cell] ?? 0) : ((cell - cashAt) / currencies.length) | 0;
  }

  #clearBytes(length: number): Uint8Array {
    if (this.#encoded.length < length) this.#encoded = new Uint8Array(2 * length);
    return this.#encoded.subarray(0, length).fill(0);
  }

  #grow(count: number): void {
    this.#accountKeys = new Int32Array(2 * count);
    this.#assetKeys = new Int32Array(2 * count);
    this.#accounts = new Int32Array(2 * count);
    this.#assets = new Int32Array(2 * count);
    this.#shares = new Int32Array(2 * count);
  }
}

/** Writes a 64-bit amount of which a packed net has the lower half first, as the machine does. */
function writeAmount(view: DataView, offset: number, packed: Int32Array, at: number): void {
  view.setInt32(offset, packed[at + 1] ?? 0);
  view.setInt32(offset + 4, packed[at] ?? 0);
}

/** Writes where a list begins and how long it is; where its first word goes. */
function openList(view: DataView, list: number, at: number, length: number): number {
  view.setUint32(WORD * (1 + list) + 28, at);
  view.setUint32(at + 28, length);
  return at + WORD;
}
