import { viewOf, wordsOf } from "../formats/integers.ts";
import { MOVEMENT_AT, MOVEMENT_BYTES } from "../formats/movement-leaf.ts";
import { POSITION_KIND } from "../formats/position-leaf.ts";
import { RECEIPT_AT, RECEIPT_BYTES } from "../formats/receipt.ts";
import { PlaceSorter } from "../ledger/place-sorter.ts";
import { MOVED_AT, MOVED_WORDS } from "../ledger/rows.ts";
import { copyAddress, copyHash, longsOf } from "./copy-fields.ts";
import { BATCH_CAPACITY, leafBatch } from "./thread-batches.ts";

const NONE = -1;

// Constants of this module: the compiler takes an imported one for a value that may change, and loads it for every row.
const WORDS = MOVED_WORDS;
const RECEIPT = RECEIPT_BYTES;
const { from: FROM, to: TO, pay: PAY, receive: RECEIVE } = MOVED_AT;
const { code: CODE, quantity: QUANTITY, cash: CASH } = RECEIPT_AT;

/** A row moves four cells at most: it takes shares, gives them, takes cash and gives it. */
const SIDES = 4;
const ADDRESS_WORDS = 5;
/** Accounts are numbered below this. */
const MOST_ACCOUNTS = 2 ** 24;
const HASH_LONGS = 4;

/** Where fields lie, by words of 32 and of 64 bits and by bytes: the leaf's zero byte stands before the record. */
const ACCOUNT_AT = (1 + MOVEMENT_AT.account) / 4;
const UNIT_AT = (1 + MOVEMENT_AT.unit) / 8;
const INSTRUCTION_AT = 1 + MOVEMENT_AT.instruction;
const DELTA_AT = 1 + MOVEMENT_AT.delta;
const TOTAL_AT = 1 + MOVEMENT_AT.total;

/** From what the movements of a decided batch are read. Threads read it while they hash; its columns are in shared memory. */
export interface MovementSource {
  /** Beside each receipt the cells that its instruction moved. */
  readonly moved: Int32Array;
  /** Whose and of which asset each cell of shares is; those of cash begin at `cashAt`, by account and currency. */
  readonly account: Uint32Array | Int32Array;
  readonly asset: Uint16Array | Uint32Array | Int32Array;
  readonly cashAt: number;
  /** 20 bytes per account, 32 per asset and per currency. */
  readonly addresses: Uint8Array;
  readonly assetUnits: Uint8Array;
  readonly currencyUnits: Uint8Array;
  /** Places in ascending order of addresses, and of ids. */
  readonly accountRank: Int32Array;
  readonly assetRank: Int32Array;
}

/**
 * The movements of chunks, one chunk after another, in the order of their leaves: what each accepted instruction moved of each
 * position. They are found beside the receipts, counted and placed by position and written straight into what is hashed; no object is
 * made and nothing is kept.
 */
export class MovementLeaves {
  readonly #source: MovementSource;
  readonly #receipts: DataView;
  readonly #currencyCount: number;
  /** Finds positions by cell: a hash table of their numbers in the chunk. */
  #table = new Int32Array(0);
  #mask = 0;
  /** Per position of the chunk: its cell, how many movements it has, and where those begin. */
  #cells = new Int32Array(0);
  #counts = new Int32Array(0);
  #starts = new Int32Array(0);
  #positions = 0;
  /** Positions in the order of their leaves. */
  #sorted = new Int32Array(0);
  #keys = new Int32Array(0);
  readonly #sorter = new PlaceSorter();
  /** Per side of each instruction its position, or -1. */
  #positionOf = new Int32Array(0);
  /** Per movement in the order of the leaves: four times its instruction's place in the chunk, and the side. */
  #entries = new Int32Array(0);
  #first = 0;

  constructor(source: MovementSource, receipts: Uint8Array) {
    this.#source = source;
    this.#receipts = viewOf(receipts);
    this.#currencyCount = source.currencyUnits.length / 32;
  }

  /** Lists the movements of `count` instructions from `first` on, all of one chunk; how many there are. */
  list(first: number, count: number): number {
    this.#makeRoom(first, count);
    for (let place = 0; place < count; place++) this.#meet(place);
    this.#sort();

    let movements = 0;
    for (let i = 0; i < this.#positions; i++) {
      const position = this.#sorted[i] ?? 0;
      this.#starts[position] = movements;
      movements += this.#counts[position] ?? 0;
    }
    for (let side = 0; side < SIDES * count; side++) {
      const position = this.#positionOf[side] ?? NONE;
      if (position === NONE) continue;
      const at = this.#starts[position] ?? 0;
      this.#entries[at] = side;
      this.#starts[position] = at + 1;
    }
    return movements;
  }

  /** Hashes the leaves of what was listed into `target`, 32 bytes each from its start. */
  hash(target: Uint8Array): void {
    const batch = leafBatch(MOVEMENT_BYTES, 0);
    const { words, wordStride, stride } = batch;
    const input = longsOf(batch.input);
    const view = viewOf(batch.input);
    const { account, asset, cashAt, assetUnits, currencyUnits } = this.#source;
    const addresses = wordsOf(this.#source.addresses);
    const [assets, currencies] = [longsOf(assetUnits), longsOf(currencyUnits)];
    const total = new BigInt64Array(1);
    const delta = new BigInt64Array(1);
    let slot = 0;
    let done = 0;
    let entry = 0;

    for (let i = 0; i < this.#positions; i++) {
      const position = this.#sorted[i] ?? 0;
      const cell = this.#cells[position] ?? 0;
      const isCash = cell >= cashAt;
      const place = isCash ? cell - cashAt : cell;
      const owner = isCash ? Math.floor(place / this.#currencyCount) : (account[place] ?? 0);
      const unit = isCash ? place % this.#currencyCount : (asset[place] ?? 0);
      total[0] = 0n;

      for (const end = this.#starts[position] ?? 0; entry < end; entry++) {
        const side = this.#entries[entry] ?? 0;
        this.#readDelta(side, delta);
        total[0] = BigInt.asIntN(64, (total[0] ?? 0n) + (delta[0] ?? 0n));
        view.setUint32(slot * stride, isCash ? POSITION_KIND.cash : POSITION_KIND.shares);
        copyAddress(addresses, owner * ADDRESS_WORDS, words, slot * wordStride + ACCOUNT_AT);
        copyHash(isCash ? currencies : assets, unit * HASH_LONGS, input, (slot * wordStride) / 2 + UNIT_AT);
        view.setUint32(slot * stride + INSTRUCTION_AT, this.#first + (side >>> 2));
        view.setBigInt64(slot * stride + DELTA_AT, delta[0] ?? 0n);
        view.setBigInt64(slot * stride + TOTAL_AT, total[0] ?? 0n);
        slot += 1;
        if (slot < BATCH_CAPACITY) continue;
        batch.hash(slot);
        target.set(batch.output, done * 32);
        done += slot;
        slot = 0;
      }
    }
    if (slot === 0) return;
    batch.hash(slot);
    target.set(batch.output.subarray(0, slot * 32), done * 32);
  }

  #makeRoom(first: number, count: number): void {
    const most = SIDES * count;
    if (this.#positionOf.length < most) {
      const room = 2 ** Math.ceil(Math.log2(most));
      this.#table = new Int32Array(2 * room);
      this.#cells = new Int32Array(room);
      this.#counts = new Int32Array(room);
      this.#starts = new Int32Array(room);
      this.#sorted = new Int32Array(room);
      this.#keys = new Int32Array(room);
      this.#positionOf = new Int32Array(room);
      this.#entries = new Int32Array(room);
    }
    const width = 2 ** Math.ceil(Math.log2(2 * most));
    this.#table.fill(NONE, 0, width);
    this.#mask = width - 1;
    this.#positionOf.fill(NONE, 0, most);
    this.#positions = 0;
    this.#first = first;
  }

  /** Counts what the instruction at `place` of the chunk moved. */
  #meet(place: number): void {
    const { moved } = this.#source;
    const index = this.#first + place;
    const receipt = index * RECEIPT;
    if (this.#receipts.getUint16(receipt + CODE) !== 0) return;
    const row = index * WORDS;
    const receive = moved[row + RECEIVE] ?? NONE;
    if (receive === NONE) return; // it moves nothing between accounts

    const [from, to, pay] = [moved[row + FROM] ?? NONE, moved[row + TO] ?? NONE, moved[row + PAY] ?? NONE];
    const side = SIDES * place;
    if (from !== NONE && this.#receipts.getBigInt64(receipt + QUANTITY) !== 0n) {
      this.#count(side, from);
      this.#count(side + 1, to);
    }
    if (this.#receipts.getBigInt64(receipt + CASH) !== 0n) {
      this.#count(side + 2, pay);
      this.#count(side + 3, receive);
    }
  }

  #count(side: number, cell: number): void {
    const position = this.#positionAt(cell);
    this.#counts[position] = (this.#counts[position] ?? 0) + 1;
    this.#positionOf[side] = position;
  }

  /** The number in the chunk of a cell's position, which gets one if it has none. */
  #positionAt(cell: number): number {
    let place = Math.imul(cell, 0x9e3779b1) >>> 8;
    for (;;) {
      place &= this.#mask;
      const position = this.#table[place] ?? NONE;
      if (position !== NONE && this.#cells[position] === cell) return position;
      if (position === NONE) break;
      place += 1;
    }
    const position = this.#positions;
    this.#table[place] = position;
    this.#cells[position] = cell;
    this.#counts[position] = 0;
    this.#positions += 1;
    return position;
  }

  /** Puts the positions into the order of their leaves: by assets, and then by kinds and accounts. */
  #sort(): void {
    const { account, asset, cashAt, accountRank, assetRank } = this.#source;
    const count = this.#positions;
    const cells = this.#cells;
    const keys = this.#keys;
    const sorted = this.#sorted;

    for (let position = 0; position < count; position++) {
      const cell = cells[position] ?? 0;
      sorted[position] = position;
      keys[position] = cell < cashAt ? (assetRank[asset[cell] ?? 0] ?? 0) : 0;
    }
    this.#sorter.sort(sorted, count, keys);

    for (let position = 0; position < count; position++) {
      const cell = cells[position] ?? 0;
      const isCash = cell >= cashAt;
      const owner = isCash ? Math.floor((cell - cashAt) / this.#currencyCount) : (account[cell] ?? 0);
      keys[position] = (isCash ? MOST_ACCOUNTS : 0) + (accountRank[owner] ?? 0);
    }
    this.#sorter.sort(sorted, count, keys);
  }

  /** What a side of an instruction of the chunk adds to its position. */
  #readDelta(side: number, delta: BigInt64Array): void {
    const index = this.#first + (side >>> 2);
    const amount = this.#receipts.getBigInt64(index * RECEIPT + ((side & 2) === 0 ? QUANTITY : CASH));
    delta[0] = (side & 1) === 1 ? amount : BigInt.asIntN(64, -amount);
  }
}
