import { CODE } from "../formats/reason-codes.ts";
import type { KindKernel } from "../ledger/kinds/kind-kernel.ts";
import type { LoweredBatch } from "../ledger/lowered-batch.ts";
import type { ClosedChunk, Posting } from "../ledger/posting.ts";
import { ROW, ROW_WORDS } from "../ledger/rows.ts";
import type { PreparedBatch } from "../prepare-batch.ts";

const CELL_WORDS = [ROW.from, ROW.to, ROW.pay, ROW.receive] as const;

/** The order in which rows settle, with their codes, and the chunks that this makes. */
export class RowSettlement {
  readonly closed: ClosedChunk[] = [];
  /** Ranks in the order in which they were settled, refused or left waiting. */
  readonly order: Uint32Array;
  readonly codes: Uint16Array;
  readonly chunks: Uint32Array;
  readonly #kernel: Pick<KindKernel, "check" | "apply" | "moves">;
  readonly #posting: Posting;
  readonly #words: Int32Array;
  readonly #maxInstructions: number;
  readonly #maxPositions: number;
  /** In which count a cell was met last. */
  readonly #metIn: Uint32Array;
  #count = 0;
  #placed = 0;

  constructor(batch: PreparedBatch, { kernel, kinds, posting, rows, state }: LoweredBatch) {
    this.order = new Uint32Array(batch.instructionCount);
    this.codes = new Uint16Array(batch.instructionCount);
    this.chunks = new Uint32Array(batch.instructionCount);
    this.#kernel = kinds ?? {
      check: (rank) => kernel.check(rank),
      apply: (rank) => kernel.apply(rank),
      moves: () => true,
    };
    this.#posting = posting;
    this.#words = rows.words;
    this.#maxInstructions = batch.maxChunkInstructions;
    this.#maxPositions = batch.maxChunkPositions;
    this.#metIn = new Uint32Array(state.lockedAt);
  }

  /** How many rows have their place. */
  get placed(): number {
    return this.#placed;
  }

  /** The first check that fails before the chunk's; moves nothing. */
  examine(rank: number): number {
    const code = this.#kernel.check(rank);
    return code === CODE.accepted && this.#kernel.moves(rank) ? this.#posting.checkLive(rank) : code;
  }

  /** Whether nothing but shares or cash stands in the way of a row that was short of them. */
  hasMandates(rank: number): boolean {
    return this.#posting.checkLive(rank) === CODE.accepted;
  }

  /** Settles a row that passed its examination, or refuses it with what the mandates say. */
  settleOne(rank: number): void {
    if (!this.#kernel.moves(rank)) {
      this.#kernel.apply(rank);
      this.place(rank, CODE.accepted);
      return;
    }
    const members = Int32Array.of(rank);
    this.makeRoomFor(members);
    const code = this.#posting.checkLeft(rank);
    if (code === CODE.accepted) this.settle(members);
    else this.place(rank, code);
  }

  /** Settles all of `members`, for which there is room. */
  settle(members: Int32Array): void {
    for (const rank of members) {
      this.#kernel.apply(rank);
      this.#posting.add(rank);
      this.#write(rank, CODE.accepted);
    }
  }

  /** Gives a place to a row of which everything has moved that it moves. */
  place(rank: number, code: number): void {
    if (this.#posting.isFull(this.#placed)) this.close();
    this.#write(rank, code);
  }

  /** Whether a chunk of their own could hold `members`. */
  fitsAChunk(members: Int32Array): boolean {
    return members.length <= this.#maxInstructions && this.#countCells(members, false) <= this.#maxPositions;
  }

  /** Closes the running chunk if so many more instructions cannot join it. */
  makeRoomForCount(count: number): void {
    if (this.#posting.isFull(this.#placed, count)) this.close();
  }

  /** Closes the running chunk if `members` cannot join it. */
  makeRoomFor(members: Int32Array): void {
    const { currency, touchedCount } = this.#posting;
    const asked = (this.#words[(members[0] ?? 0) * ROW_WORDS + ROW.asset] ?? 0) >>> 16;
    const isOtherCurrency = currency >= 0 && currency !== asked;

    if (
      this.#posting.isFull(this.#placed, members.length) ||
      isOtherCurrency ||
      touchedCount + this.#countCells(members, true) > this.#maxPositions
    ) {
      this.close();
    }
  }

  /** Cash cells of accounts whose mandates do not bear the running chunk with all of `members` in it. */
  cellsBeyondMandate(members: Int32Array): Set<number> {
    const { touchedCount } = this.#posting;
    const beyond = new Set<number>();
    for (const rank of members) this.#posting.add(rank);
    for (const rank of members) {
      if (!this.#posting.bearsBuyer(rank)) beyond.add(this.#words[rank * ROW_WORDS + ROW.pay] ?? 0);
      if (!this.#posting.bearsSeller(rank)) beyond.add(this.#words[rank * ROW_WORDS + ROW.receive] ?? 0);
    }
    this.#posting.takeBack(members, touchedCount);
    return beyond;
  }

  /** Closes the last chunk. */
  end(): void {
    if (this.#posting.first < this.#placed) this.close();
  }

  /** Closes the running chunk. */
  close(): void {
    this.closed.push(this.#posting.close(this.#placed));
  }

  #write(rank: number, code: number): void {
    this.order[this.#placed] = rank;
    this.codes[rank] = code;
    this.chunks[rank] = this.closed.length;
    this.#placed += 1;
  }

  /** Distinct cells of `members`, those that the running chunk touches left out if `newOnly`. */
  #countCells(members: Int32Array, newOnly: boolean): number {
    this.#count += 1;
    let cells = 0;
    for (const rank of members) {
      for (const word of CELL_WORDS) {
        const cell = this.#words[rank * ROW_WORDS + word] ?? -1;
        if (cell < 0 || this.#metIn[cell] === this.#count) continue;
        this.#metIn[cell] = this.#count;
        if (!newOnly || !this.#posting.touches(cell)) cells += 1;
      }
    }
    return cells;
  }
}
