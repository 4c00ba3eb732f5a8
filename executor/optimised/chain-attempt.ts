import { MAX_CHAIN } from "../formats/instruction-record.ts";
import { CODE } from "../formats/reason-codes.ts";
import { isLinked } from "../ledger/kinds/decide-kinds.ts";
import type { KindKernel } from "../ledger/kinds/kind-kernel.ts";
import type { Posting } from "../ledger/posting.ts";
import { AMOUNT, ROW_AMOUNTS, type Rows } from "../ledger/rows.ts";
import type { RowSettlement } from "./row-settlement.ts";

/** The row would have to stand in a chunk of its own beginning: no reason code is negative. */
const NO_ROOM = -1;

/** Carries chains of linked rows out, all members or none. */
export class ChainAttempt {
  readonly #world: RowSettlement;
  readonly #kernel: KindKernel;
  readonly #posting: Posting;
  readonly #rows: Rows;
  readonly #instructions: Uint8Array;
  readonly #longest: number;

  constructor(
    world: RowSettlement,
    kernel: KindKernel,
    posting: Posting,
    rows: Rows,
    instructions: Uint8Array,
    maxChunkInstructions: number,
  ) {
    this.#world = world;
    this.#kernel = kernel;
    this.#posting = posting;
    this.#rows = rows;
    this.#instructions = instructions;
    this.#longest = Math.min(MAX_CHAIN, maxChunkInstructions);
  }

  /**
   * Tries the rows from `first` up to `end`, and writes what each comes to into `codes`, by rank. The answer is the row that
   * stopped them, or `end`; -1 if none of them had to be looked at.
   */
  run(first: number, end: number, codes: Uint16Array): number {
    if (end - first > this.#longest) return fill(codes, first, end, CODE.chainTooLong);
    this.#world.makeRoomForCount(end - first);
    if (isLinked({ instructions: this.#instructions }, end - 1)) return fill(codes, first, end, CODE.linkedOpen);

    let [stopped, code] = this.#decideAll(first, end);
    if (code === NO_ROOM && !this.#posting.isEmpty) {
      this.#world.close();
      [stopped, code] = this.#decideAll(first, end);
    }
    if (code === NO_ROOM) return fill(codes, first, end, CODE.chainBeyondChunk);
    fill(codes, first, end, stopped === end ? CODE.accepted : CODE.linkedFailed);
    if (stopped < end) codes[stopped] = code;
    return stopped;
  }

  /** All rows or none: the one that stopped them, and why. */
  #decideAll(first: number, end: number): [stopped: number, code: number] {
    const { touchedCount } = this.#posting;
    const asked = this.#rows.amounts.slice(first * ROW_AMOUNTS, end * ROW_AMOUNTS);

    for (let rank = first; rank < end; rank++) {
      const code = this.#decide(rank);
      if (code === CODE.accepted) continue;
      const moved = Int32Array.from({ length: rank - first }, (_, place) => first + place);
      this.#posting.takeBack(
        moved.filter((each) => this.#kernel.moves(each)),
        touchedCount,
      );
      for (const each of moved.toReversed()) this.#kernel.takeBack(each);
      this.#restore(first, end, asked);
      return [rank, code];
    }
    return [end, CODE.accepted];
  }

  #decide(rank: number): number {
    const code = this.#world.examine(rank);
    if (code !== CODE.accepted) return code;
    if (this.#kernel.moves(rank)) {
      if (!this.#posting.hasRoomFor(rank)) return NO_ROOM;
      const leftCode = this.#posting.checkLeft(rank);
      if (leftCode !== CODE.accepted) return leftCode;
      this.#posting.add(rank);
    }
    this.#kernel.apply(rank);
    return CODE.accepted;
  }

  /** Partial rows were given their quantities as they were decided; what else a row says may be counted in them. */
  #restore(first: number, end: number, asked: BigInt64Array): void {
    for (let rank = first; rank < end; rank++) {
      for (const amount of [AMOUNT.quantity, AMOUNT.cash]) {
        const at = rank * ROW_AMOUNTS + amount;
        this.#rows.amounts[at] = asked[at - first * ROW_AMOUNTS] ?? 0n;
      }
    }
  }
}

function fill(codes: Uint16Array, first: number, end: number, code: number): number {
  codes.fill(code, first, end);
  return NO_ROOM;
}
