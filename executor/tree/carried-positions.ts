import { wordsOf } from "../formats/integers.ts";
import type { LedgerState } from "../ledger/state.ts";
import { ADDRESS_BYTES, type PackedSnapshot } from "../packed-snapshot.ts";
import type { JobRunner, RunOptions } from "../workers/pool.ts";
import { openingPositions } from "./closing-positions.ts";
import { amountColumn, type ChangedPositions, type PositionTables, placeColumn } from "./position-table.ts";
import { PositionTrees } from "./position-trees.ts";

const UNLISTED = -1;

/**
 * The trees over positions that go from batch to batch while the ledger is already at the next one. What a batch has changed
 * is found by holding every cell against what it was when the trees were told last: whatever changes a cell, and whoever, it
 * is seen. A million positions are looked through in some milliseconds.
 */
export class CarriedPositions {
  readonly #state: LedgerState;
  readonly #tables: PositionTables;
  readonly #trees: PositionTrees;
  /** The cells as the trees know them. */
  readonly #known: BigInt64Array;
  readonly #words: Int32Array;
  readonly #knownWords: Int32Array;
  /** Which row of cash a cell is, by `account × currencies + currency`; and the other way round. */
  readonly #cashRow: Int32Array;
  readonly #cashPlace: Uint32Array;
  #cashCount: number;
  #isFirst = true;
  #hashing: Promise<unknown> = Promise.resolve();

  constructor(opening: PackedSnapshot, state: LedgerState) {
    const { accounts, currencies, cash } = opening;
    const width = currencies.length;
    const places = (accounts.addresses.length / ADDRESS_BYTES) * width;
    this.#state = state;
    this.#tables = openingPositions(opening);
    this.#trees = new PositionTrees({ shares: this.#tables.shares.count, cash: this.#tables.cash.count });
    this.#known = new BigInt64Array(state.cells.length);
    this.#words = wordsOf(state.cells);
    this.#knownWords = wordsOf(this.#known);
    this.#cashRow = new Int32Array(places).fill(UNLISTED);
    this.#cashPlace = new Uint32Array(places);
    this.#cashCount = cash.account.length;
    for (let row = 0; row < this.#cashCount; row++) {
      const place = (cash.account[row] ?? 0) * width + (cash.currency[row] ?? 0);
      this.#cashRow[place] = row;
      this.#cashPlace[row] = place;
    }
  }

  /**
   * The root over all positions as they are now. Call it as soon as a batch is decided: what has changed is taken down before
   * it returns, and the next batch may begin. Hashing follows behind that of the batch before.
   */
  hash(pool: JobRunner, options: RunOptions = {}): Promise<Uint8Array> {
    const changed = { shares: this.#changedShares(), cash: this.#changedCash() };
    this.#isFirst = false;

    const root = this.#hashing.then(async () => {
      await this.#trees.updateChanged(changed, pool, options);
      return this.#trees.root();
    });
    this.#hashing = root;
    root.catch(() => undefined); // whoever asked for it is told
    return root;
  }

  #changedShares(): ChangedPositions {
    const { cells, lockedAt, frozenAt } = this.#state;
    const { count } = this.#tables.shares;
    const changed: number[] = [];
    for (let place = 0; place < count; place++) {
      const isSame = this.#isKnown(place) && this.#isKnown(lockedAt + place) && this.#isKnown(frozenAt + place);
      if (!isSame || this.#isFirst) changed.push(place);
    }

    const places = columnOf(changed);
    const [spendable, balance] = [amountColumn(places.length), amountColumn(places.length)];
    for (let i = 0; i < places.length; i++) {
      const place = places[i] ?? 0;
      const free = cells[place] ?? 0n;
      for (const cell of [place, lockedAt + place, frozenAt + place]) this.#known[cell] = cells[cell] ?? 0n;
      spendable[i] = free;
      balance[i] = free + (cells[lockedAt + place] ?? 0n) + (cells[frozenAt + place] ?? 0n);
    }
    return { ...this.#tables.shares, places, spendable, balance };
  }

  #changedCash(): ChangedPositions {
    const { cells, cashAt, currencies } = this.#state;
    const changed: number[] = [];
    for (let place = 0; place < this.#cashRow.length; place++) {
      const isListed = this.#cashRow[place] !== UNLISTED;
      if (this.#isKnown(cashAt + place) && !(this.#isFirst && isListed)) continue;
      if (!isListed) this.#list(place);
      changed.push(this.#cashRow[place] ?? 0);
      this.#known[cashAt + place] = cells[cashAt + place] ?? 0n;
    }

    const places = columnOf(changed).sort();
    const spendable = amountColumn(places.length);
    for (let i = 0; i < places.length; i++) spendable[i] = cells[cashAt + (this.#cashPlace[places[i] ?? 0] ?? 0)] ?? 0n;
    const [account, unit] = [placeColumn(this.#cashCount), placeColumn(this.#cashCount)];
    for (let row = 0; row < this.#cashCount; row++) {
      const place = this.#cashPlace[row] ?? 0;
      account[row] = Math.floor(place / currencies.length);
      unit[row] = place % currencies.length;
    }
    return { ...this.#tables.cash, count: this.#cashCount, account, unit, places, spendable, balance: spendable };
  }

  /** By halves: numbers of 64 bits are not compared without an object each. */
  #isKnown(cell: number): boolean {
    return (
      this.#words[2 * cell] === this.#knownWords[2 * cell] &&
      this.#words[2 * cell + 1] === this.#knownWords[2 * cell + 1]
    );
  }

  #list(place: number): void {
    this.#cashRow[place] = this.#cashCount;
    this.#cashPlace[this.#cashCount] = place;
    this.#cashCount += 1;
  }
}

function columnOf(places: readonly number[]): Uint32Array {
  const column = placeColumn(places.length);
  column.set(places);
  return column;
}
