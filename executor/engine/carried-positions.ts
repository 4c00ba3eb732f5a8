import { viewOf } from "../formats/integers.ts";
import { ACCEPTED } from "../formats/reason-codes.ts";
import { RECEIPT_AT, RECEIPT_BYTES } from "../formats/receipt.ts";
import { MOVED_WORDS } from "../ledger/rows.ts";
import type { Ledgered } from "../ledger/run-ledger.ts";
import type { LedgerState } from "../ledger/state.ts";
import type { PackedSnapshot } from "../packed-snapshot.ts";
import { closingPositions } from "../tree/closing-positions.ts";
import { amountColumn, type PositionTables, placeColumn } from "../tree/position-table.ts";
import { PositionTrees, type TouchedPositions } from "../tree/position-trees.ts";
import type { JobRunner } from "../workers/pool.ts";

const NO_ROW = -1;
const NO_CELL = -1;
const NONE = new BigInt64Array(0);

/** What has changed: rows of shares and of cash, and places of cash that have no row yet. */
interface Changed {
  readonly shares: number[];
  readonly cash: number[];
  readonly paid: number[];
}

/**
 * All positions as the last batch left them, and their trees. They are a copy of the ledger's cells, because the ledger goes on
 * while they are hashed; what a batch has changed is found by comparing the two, whatever kind of instruction did it, and where only
 * trades and transfers did anything, by comparing the cells that they moved. Locked and
 * frozen shares are one sum here, as in a leaf.
 */
export class CarriedPositions {
  readonly trees: PositionTrees;
  readonly #ledger: LedgerState;
  /** What may move: shares by position, then cash by place. */
  readonly #cells: BigInt64Array;
  /** Of each position what may not. */
  readonly #held: BigInt64Array;
  readonly #currencyCount: number;
  readonly #opening: PositionTables;
  /** By account × currencies + currency: the row of that cash, which is there once it was listed or paid. */
  readonly #cashRow: Int32Array;
  readonly #cashAccount: Uint32Array;
  readonly #cashUnit: Uint32Array;
  readonly #deposited: BigInt64Array;
  #cashCount = 0;
  /** The cells here and those of the ledger, in halves. */
  readonly #halves: Int32Array;
  readonly #ledgerHalves: Int32Array;
  #missedBatch = false;

  private constructor(opening: PackedSnapshot, ledger: LedgerState) {
    const places = ledger.lockedAt - ledger.cashAt;
    this.#ledger = ledger;
    this.#cells = amountColumn(ledger.lockedAt);
    this.#cells.set(ledger.cells.subarray(0, ledger.lockedAt));
    this.#halves = halvesOf(this.#cells);
    this.#ledgerHalves = halvesOf(ledger.cells);
    this.#held = amountColumn(ledger.cashAt);
    this.#takeHeld(() => undefined);
    this.#currencyCount = opening.currencies.length;
    this.#opening = closingPositions(opening, ledger);
    this.#cashRow = new Int32Array(places).fill(NO_ROW);
    this.#cashAccount = placeColumn(places);
    this.#cashUnit = placeColumn(places);
    this.#deposited = amountColumn(places);
    this.trees = new PositionTrees({ shares: this.#opening.shares.count, cash: this.#opening.cash.count });

    for (let row = 0; row < opening.cash.account.length; row++) {
      this.#addCash((opening.cash.account[row] ?? 0) * this.#currencyCount + (opening.cash.currency[row] ?? 0));
    }
  }

  /** Those that a ledger opens with, hashed. */
  static async open(opening: PackedSnapshot, ledger: LedgerState, pool: JobRunner): Promise<CarriedPositions> {
    const positions = new CarriedPositions(opening, ledger);
    await positions.trees.update(positions.tables, pool);
    return positions;
  }

  /** The columns that the trees hash. */
  get tables(): PositionTables {
    const { shares, cash } = this.#opening;
    return {
      shares: { ...shares, spendable: this.#cells.subarray(0, shares.count), locked: this.#held, frozen: NONE },
      cash: {
        ...cash,
        count: this.#cashCount,
        account: this.#cashAccount,
        unit: this.#cashUnit,
        spendable: this.#deposited,
      },
    };
  }

  /** Says that the ledger ran a batch that nothing was absorbed of. */
  miss(): void {
    this.#missedBatch = true;
  }

  /**
   * Takes over what the ledger holds now, and says which rows that has changed. Nobody may hash the columns meanwhile. Cash
   * that was not listed gets a row behind the others, in the order of accounts and then currencies. With `decided`, what the batch since
   * the last time came to, only cells are compared that it can have changed.
   */
  absorb(decided?: Pick<Ledgered, "receipts" | "moved" | "movesOnly">): TouchedPositions {
    const changed: Changed = { shares: [], cash: [], paid: [] };
    if (decided?.movesOnly === true && !this.#missedBatch) this.#takeMoved(decided, changed);
    else this.#takeAll(changed);

    this.#missedBatch = false;
    for (const place of changed.paid.sort((one, other) => one - other)) this.#addCash(place);
    return { shares: Uint32Array.from(changed.shares), cash: Uint32Array.from(changed.cash) };
  }

  /** Looks at the cells that accepted instructions moved. */
  #takeMoved({ receipts, moved }: Pick<Ledgered, "receipts" | "moved">, changed: Changed): void {
    const view = viewOf(receipts);
    for (let index = 0; index < receipts.length / RECEIPT_BYTES; index++) {
      if (view.getUint16(index * RECEIPT_BYTES + RECEIPT_AT.code) !== ACCEPTED) continue;
      for (let at = index * MOVED_WORDS; at < (index + 1) * MOVED_WORDS; at++) {
        const cell = moved[at] ?? NO_CELL;
        if (cell !== NO_CELL) this.#takeCells(cell, cell + 1, changed);
      }
    }
  }

  /** Looks at all cells. */
  #takeAll(changed: Changed): void {
    this.#takeCells(0, this.#ledger.lockedAt, changed);
    this.#takeHeld((position) => changed.shares.push(position));
  }

  /** Copies the cells from `from` up to `to` that differ. */
  #takeCells(from: number, to: number, changed: Changed): void {
    const { cashAt } = this.#ledger;
    const [kept, now] = [this.#halves, this.#ledgerHalves];
    for (let cell = from; cell < to; cell++) {
      const word = 2 * cell;
      if (kept[word] === now[word] && kept[word + 1] === now[word + 1]) continue;
      kept[word] = now[word] ?? 0;
      kept[word + 1] = now[word + 1] ?? 0;
      if (cell < cashAt) changed.shares.push(cell);
      else this.#takeCash(cell, changed);
    }
  }

  #takeCash(cell: number, { cash, paid }: Changed): void {
    const place = cell - this.#ledger.cashAt;
    const row = this.#cashRow[place] ?? NO_ROW;
    if (row === NO_ROW) {
      paid.push(place);
      return;
    }
    this.#deposited[row] = this.#cells[cell] ?? 0n;
    cash.push(row);
  }

  /** Takes over what is locked and frozen of each position; tells where the sum has changed. What stays zero is not written. */
  #takeHeld(tell: (position: number) => void): void {
    const { cells, cashAt, lockedAt, frozenAt } = this.#ledger;
    const kept = halvesOf(this.#held);
    const locked = halvesOf(cells.subarray(lockedAt, lockedAt + cashAt));
    const frozen = halvesOf(cells.subarray(frozenAt, frozenAt + cashAt));
    for (let word = 0; word < kept.length; word += 2) {
      const low = ((locked[word] ?? 0) + (frozen[word] ?? 0)) | 0;
      const carry = low >>> 0 < (locked[word] ?? 0) >>> 0 ? 1 : 0;
      const high = ((locked[word + 1] ?? 0) + (frozen[word + 1] ?? 0) + carry) | 0;
      if (kept[word] === low && kept[word + 1] === high) continue;
      kept[word] = low;
      kept[word + 1] = high;
      tell(word / 2);
    }
  }

  #addCash(place: number): void {
    const row = this.#cashCount;
    this.#cashRow[place] = row;
    this.#cashAccount[row] = Math.floor(place / this.#currencyCount);
    this.#cashUnit[row] = place % this.#currencyCount;
    this.#deposited[row] = this.#cells[this.#ledger.cashAt + place] ?? 0n;
    this.#cashCount += 1;
  }
}

const halvesOf = (cells: BigInt64Array): Int32Array => new Int32Array(cells.buffer, cells.byteOffset, 2 * cells.length);
