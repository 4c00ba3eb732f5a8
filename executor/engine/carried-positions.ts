import type { LedgerState } from "../ledger/state.ts";
import type { PackedSnapshot } from "../packed-snapshot.ts";
import { closingPositions } from "../tree/closing-positions.ts";
import { amountColumn, type PositionTables, placeColumn } from "../tree/position-table.ts";
import { PositionTrees, type TouchedPositions } from "../tree/position-trees.ts";
import type { JobRunner } from "../workers/pool.ts";

const NO_ROW = -1;
const NONE = new BigInt64Array(0);

/**
 * All positions as the last batch left them, and their trees. They are a copy of the ledger's cells, because the ledger goes on
 * while they are hashed; what a batch has changed is found by comparing the two, whatever kind of instruction did it. Locked and
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

  private constructor(opening: PackedSnapshot, ledger: LedgerState) {
    const places = ledger.lockedAt - ledger.cashAt;
    this.#ledger = ledger;
    this.#cells = amountColumn(ledger.lockedAt);
    this.#cells.set(ledger.cells.subarray(0, ledger.lockedAt));
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

  /**
   * Takes over what the ledger holds now, and says which rows that has changed. Nobody may hash the columns meanwhile. Cash
   * that was not listed gets a row behind the others, in the order of accounts and then currencies.
   */
  absorb(): TouchedPositions {
    const { cashAt, lockedAt } = this.#ledger;
    const shares: number[] = [];
    const cash: number[] = [];

    this.#forEachChanged(0, cashAt, (cell) => shares.push(cell));
    this.#forEachChanged(cashAt, lockedAt, (cell) => {
      const place = cell - cashAt;
      const row = this.#cashRow[place] ?? NO_ROW;
      if (row === NO_ROW) this.#addCash(place);
      else {
        this.#deposited[row] = this.#cells[cell] ?? 0n;
        cash.push(row);
      }
    });
    this.#takeHeld((position) => shares.push(position));

    return { shares: Uint32Array.from(shares), cash: Uint32Array.from(cash) };
  }

  /** Copies the cells from `from` up to `to` that differ, and tells of each after that. */
  #forEachChanged(from: number, to: number, tell: (cell: number) => void): void {
    const [kept, now] = [halvesOf(this.#cells), halvesOf(this.#ledger.cells)];
    for (let word = 2 * from; word < 2 * to; word += 2) {
      if (kept[word] === now[word] && kept[word + 1] === now[word + 1]) continue;
      kept[word] = now[word] ?? 0;
      kept[word + 1] = now[word + 1] ?? 0;
      tell(word / 2);
    }
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
