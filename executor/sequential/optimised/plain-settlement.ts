import { CODE } from "../../formats/reason-codes.ts";
import type { Receipt } from "../../formats/receipt.ts";
import type { PreparedBatch } from "../../prepare-batch.ts";
import type { Outcome, PlainChunk } from "../decide-instructions.ts";
import { PlainMandates } from "../plain-mandates.ts";
import type { PlainMovement } from "../plain-movement.ts";
import type { PlainMoved } from "../plain-movements.ts";
import { plainNetVector } from "../plain-net-vector.ts";
import type { PlainInstruction } from "../plain-trade.ts";

/** The order in which instructions settle, and the chunks that this makes. */
export class PlainSettlement {
  readonly chunks: PlainChunk[] = [];
  /** Instructions in the order in which they were settled, refused or left waiting; receipts in the same order. */
  readonly instructions: PlainInstruction[] = [];
  readonly receipts: Receipt[] = [];
  readonly mandates: PlainMandates;
  readonly #batch: PreparedBatch;
  #moved: PlainMoved[] = [];
  #first = 0;

  constructor(batch: PreparedBatch) {
    this.#batch = batch;
    this.mandates = new PlainMandates(batch.snapshot, batch.time);
  }

  /** Whether a chunk of their own could hold `movements`. */
  fitsAChunk(movements: readonly PlainMovement[]): boolean {
    const { maxChunkInstructions, maxChunkPositions } = this.#batch;
    const alone = new PlainMandates({ mandates: [] }, 0n);
    return movements.length <= maxChunkInstructions && alone.touchedWith(movements) <= maxChunkPositions;
  }

  /** Closes the running chunk if `movements` cannot join it, or not as many instructions. */
  makeRoomFor(movements: readonly PlainMovement[], instructions: number): void {
    const { maxChunkInstructions, maxChunkPositions } = this.#batch;
    const isFull = this.receipts.length - this.#first + instructions > maxChunkInstructions;

    if (isFull || !this.mandates.hasRoomFor(movements, maxChunkPositions)) this.closeChunk();
  }

  /** Gives an instruction its place and its receipt. What moved is counted already. */
  place(instruction: PlainInstruction, { movement, ...outcome }: Outcome): void {
    const { id, attempt } = instruction;
    if (this.receipts.length - this.#first === this.#batch.maxChunkInstructions) this.closeChunk();

    const isMoved = outcome.code === CODE.accepted && movement !== undefined;
    if (isMoved) this.#moved.push({ instruction: this.receipts.length, movement });
    this.receipts.push({ id, index: this.receipts.length, ...outcome, attempt, chunk: this.chunks.length });
    this.instructions.push(instruction);
  }

  /** Gives an instruction its place that moves nothing. */
  refuse(instruction: PlainInstruction, code: number): void {
    this.place(instruction, { code, quantity: 0n, cash: 0n });
  }

  /** Closes the last chunk. */
  end(): void {
    if (this.#first < this.receipts.length) this.closeChunk();
  }

  closeChunk(): void {
    const { cash, shares, currency } = this.mandates;
    const { net, netHash } = plainNetVector(this.#batch.snapshot, currency, cash, shares);

    const [count, moved] = [this.receipts.length - this.#first, this.#moved];
    this.chunks.push({ first: this.#first, count, net, netHash, moved });
    this.mandates.consume();
    this.#moved = [];
    this.#first = this.receipts.length;
  }
}
