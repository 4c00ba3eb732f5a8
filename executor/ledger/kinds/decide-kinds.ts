import { FLAG, INSTRUCTION_AT, INSTRUCTION_BYTES, MAX_CHAIN } from "../../formats/instruction-record.ts";
import { CODE } from "../../formats/reason-codes.ts";
import type { ClosedChunk, Posting } from "../posting.ts";
import type { ReceiptWriter } from "../receipts.ts";
import { AMOUNT, ROW_AMOUNTS, type Rows } from "../rows.ts";
import type { KindKernel } from "./kind-kernel.ts";

/** The row has to stand in a chunk of its own beginning: no reason code is negative. */
const NO_ROOM = -1;

/** What rows are decided from. */
export interface KindDecision {
  readonly count: number;
  readonly maxChunkInstructions: number;
  readonly instructions: Uint8Array;
  readonly view: DataView;
  readonly rows: Rows;
  readonly kernel: KindKernel;
  readonly posting: Posting;
  readonly receipts: ReceiptWriter;
}

/** Decides rows of all kinds in turn, chains as one; the chunks that they make. */
export function decideKinds(decision: KindDecision): ClosedChunk[] {
  const { count, maxChunkInstructions, rows, kernel, posting, receipts } = decision;
  const longest = Math.min(MAX_CHAIN, maxChunkInstructions);
  const closed: ClosedChunk[] = [];
  const codes = new Int32Array(longest);
  const asked = new BigInt64Array(2 * longest);
  const members = new Int32Array(longest);

  /** Decides one row in the running chunk. */
  function decide(index: number): number {
    const code = kernel.check(index);
    if (code !== CODE.accepted) return code;
    if (kernel.moves(index)) {
      const liveCode = posting.checkLive(index);
      if (liveCode !== CODE.accepted) return liveCode;
      if (!posting.hasRoomFor(index)) return NO_ROOM;
      const leftCode = posting.checkLeft(index);
      if (leftCode !== CODE.accepted) return leftCode;
      posting.add(index);
    }
    kernel.apply(index);
    return CODE.accepted;
  }

  /** Decides the rows from `first` up to `end`, all or none. The answer is the row that stopped them, or `end`. */
  function decideAll(first: number, end: number): number {
    const { touchedCount } = posting;
    keepAmounts(first, end);

    for (let index = first; index < end; index++) {
      const code = decide(index);
      codes[index - first] = code;
      if (code === CODE.accepted) continue;
      takeBack(touchedCount, first, index);
      return index;
    }
    return end;
  }

  function takeBack(touchedCount: number, first: number, failed: number): void {
    let moved = 0;
    for (let index = first; index < failed; index++) if (kernel.moves(index)) members[moved++] = index;
    posting.takeBack(members.subarray(0, moved), touchedCount);
    for (let index = failed - 1; index >= first; index--) kernel.takeBack(index);
  }

  /** Partial rows are given their quantities as they are decided, which may happen twice. */
  function keepAmounts(first: number, end: number): void {
    const at = first * ROW_AMOUNTS;
    for (let row = 0; row < end - first; row++) {
      asked[2 * row] = rows.amounts[at + row * ROW_AMOUNTS + AMOUNT.quantity] ?? 0n;
      asked[2 * row + 1] = rows.amounts[at + row * ROW_AMOUNTS + AMOUNT.cash] ?? 0n;
    }
  }

  function restoreAmounts(first: number, end: number): void {
    const at = first * ROW_AMOUNTS;
    for (let row = 0; row < end - first; row++) {
      rows.amounts[at + row * ROW_AMOUNTS + AMOUNT.quantity] = asked[2 * row] ?? 0n;
      rows.amounts[at + row * ROW_AMOUNTS + AMOUNT.cash] = asked[2 * row + 1] ?? 0n;
    }
  }

  /** Decides a chain, or a single row as a chain of one. */
  function decideChain(first: number, end: number, isOpen: boolean): void {
    if (posting.isFull(first, end - first)) closed.push(posting.close(first));
    if (isOpen) {
      writeAll(first, end, CODE.linkedOpen);
      return;
    }

    let stopped = decideAll(first, end);
    if (stopped < end && codes[stopped - first] === NO_ROOM && !posting.isEmpty) {
      closed.push(posting.close(first));
      restoreAmounts(first, end);
      stopped = decideAll(first, end);
    }
    const code = stopped < end ? (codes[stopped - first] ?? 0) : CODE.accepted;
    if (code === NO_ROOM) writeAll(first, end, CODE.chainBeyondChunk);
    else if (stopped === end) writeAll(first, end, CODE.accepted);
    else writeFailed(first, end, stopped, code);
  }

  function writeAll(first: number, end: number, code: number): void {
    for (let index = first; index < end; index++) receipts.write(index, code, closed.length);
  }

  function writeFailed(first: number, end: number, failed: number, code: number): void {
    for (let index = first; index < end; index++) {
      receipts.write(index, index === failed ? code : CODE.linkedFailed, closed.length);
    }
  }

  for (let first = 0, end = 0; first < count; first = end) {
    end = endOfChain(decision, first);
    if (end - first <= longest) {
      decideChain(first, end, isLinked(decision, end - 1));
      continue;
    }
    for (let index = first; index < end; index++) {
      if (posting.isFull(index)) closed.push(posting.close(index));
      receipts.write(index, CODE.chainTooLong, closed.length);
    }
  }
  if (posting.first < count) closed.push(posting.close(count));

  return closed;
}

/** Records in canonical order. */
type Records = Pick<KindDecision, "count" | "instructions" | "view">;

/** The place behind the last row of the chain that begins at `first`. */
export function endOfChain(decision: Records, first: number): number {
  let last = first;
  while (
    last + 1 < decision.count &&
    isLinked(decision, last) &&
    sequenceOf(decision, last + 1) === sequenceOf(decision, last) + 1
  ) {
    last += 1;
  }
  return last + 1;
}

/** Whether an instruction is linked with the next. */
export function isLinked({ instructions }: Pick<KindDecision, "instructions">, index: number): boolean {
  return ((instructions[index * INSTRUCTION_BYTES + INSTRUCTION_AT.flags] ?? 0) & FLAG.linked) !== 0;
}

function sequenceOf({ view }: Records, index: number): number {
  return view.getUint32(index * INSTRUCTION_BYTES + INSTRUCTION_AT.sequence);
}
