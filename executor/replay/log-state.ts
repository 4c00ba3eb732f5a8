import type { BatchInput } from "../batch-input.ts";
import { type BatchResult, instructionsOf, receiptsOf } from "../batch-result.ts";
import { toHex } from "../formats/hex.ts";
import { type InstructionRecord, KIND } from "../formats/instruction-record.ts";
import { MAX_AMOUNT } from "../formats/integers.ts";
import { endsId, isAccepted, isWaiting } from "../formats/reason-codes.ts";
import type { Receipt } from "../formats/receipt.ts";
import type { Snapshot } from "../snapshot.ts";
import { closeKinds } from "./close-kinds.ts";
import { closePositions } from "./close-positions.ts";

/** What all closed batches of a log come to: what the next batch has to know of them. */
export interface LogState {
  /** The last batch that was closed; one below the log's first if there is none. */
  readonly lastBatch: bigint;
  /** Positions and mandates after it; undefined before the first. A chain may have moved on since. */
  readonly positions: Snapshot | undefined;
  /** Ids of trades that are through, accepted or refused for good. */
  readonly final: ReadonlySet<string>;
  /** Shares filled, by order id. */
  readonly filled: ReadonlyMap<string, bigint>;
}

/** The same, as it grows. */
export interface GrowingState extends LogState {
  lastBatch: bigint;
  positions: Snapshot | undefined;
  readonly final: Set<string>;
  readonly filled: Map<string, bigint>;
}

/** The state of a log without batches. */
export function emptyState(firstBatch: bigint): GrowingState {
  return { lastBatch: firstBatch - 1n, positions: undefined, final: new Set(), filled: new Map() };
}

/**
 * Adds a batch to `state` of which only the chunks in `settled` were settled. What stood in the others is open again: their
 * trades may come back, and nothing of their orders is filled.
 */
export function closeBatch(
  state: GrowingState,
  opening: Snapshot,
  result: BatchResult,
  settled: ReadonlySet<number>,
): void {
  const instructions = instructionsOf(result);
  const chunks = result.chunks.filter(({ index }) => settled.has(index));
  const receipts = receiptsOf(result);
  const open = openIds(receipts);

  for (const { id, index, code, quantity, chunk } of receipts) {
    const instruction = instructions[index];
    if (!settled.has(chunk) || instruction === undefined) continue;
    if (isAccepted(code) || (endsId(code) && !open.has(id))) state.final.add(id);
    if (!isAccepted(code)) continue;
    for (const order of ordersOf(instruction)) {
      addFill(state.filled, orderId(result, order), quantity);
    }
  }
  state.positions = closeKinds(opening, closePositions(opening, chunks), result, settled);
  for (const id of endedHolds(opening, state.positions)) state.final.add(id);
  state.lastBatch = result.header.number;
}

/**
 * Ids that are accepted or wait somewhere in the batch. A chain with a repeat of one may be refused for something else, and that
 * ends the id of neither: what it repeats may come again, if it waits or its chunk does not settle.
 */
function openIds(receipts: readonly Receipt[]): ReadonlySet<string> {
  return new Set(receipts.flatMap(({ id, code }) => (isAccepted(code) || isWaiting(code) ? [id] : [])));
}

/** Ids of holds that have ended: they stay used up, whether or not somebody had said so. */
function endedHolds({ holds: before = [] }: Snapshot, { holds = [] }: Snapshot): string[] {
  const live = new Set(holds.map(({ id }) => id));
  return before.flatMap(({ id }) => (live.has(id) ? [] : [id]));
}

/** The orders that an instruction fills. */
function ordersOf({ kind, buyOrder, sellOrder }: InstructionRecord): number[] {
  if (kind === KIND.trade) return [buyOrder, sellOrder];
  return kind === KIND.subscription ? [buyOrder] : [];
}

/** `input` with what the log knows besides: nothing settles twice, no order is filled twice. */
export function carryInto(input: BatchInput, { final, filled }: LogState): BatchInput {
  const sum = new Map([...(input.filled ?? [])].map(([id, quantity]) => [id.toLowerCase(), quantity]));
  for (const [id, quantity] of filled) addFill(sum, id, quantity);
  const ids = [...(input.alreadyFinal ?? [])].map((id) => id.toLowerCase());

  return { ...input, alreadyFinal: new Set([...ids, ...final]), filled: sum };
}

/** Something that an input should have carried over from the log and did not, as field and id; undefined if all is there. */
export function findUncarried(
  { final, filled }: LogState,
  input: BatchInput,
  result: BatchResult,
): { readonly field: string; readonly expected: string; readonly found: string } | undefined {
  const lost = instructionsOf(result).find(({ id }) => final.has(id) && input.alreadyFinal?.has(id) !== true);
  if (lost !== undefined) return { field: "final", expected: lost.id, found: "nothing" };

  for (let order = 0; order < result.orderIds.length / 32; order++) {
    const id = orderId(result, order);
    const [expected, found] = [filled.get(id) ?? 0n, input.filled?.get(id) ?? 0n];
    if (found < expected) return { field: `filled of ${id}`, expected: `${expected}`, found: `${found}` };
  }
  return undefined;
}

function orderId({ orderIds }: BatchResult, place: number): string {
  return toHex(orderIds, place * 32, 32);
}

/** Adds to what is filled of an order. An order that was cancelled elsewhere counts as filled beyond all bounds. */
function addFill(filled: Map<string, bigint>, id: string, quantity: bigint): void {
  const sum = (filled.get(id) ?? 0n) + quantity;
  filled.set(id, sum > MAX_AMOUNT ? MAX_AMOUNT : sum);
}
