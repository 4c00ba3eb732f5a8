import { type BatchResult, instructionsOf, receiptsOf } from "../batch-result.ts";
import { type Opening, readBatchFile } from "../formats/batch-file.ts";
import { toHex } from "../formats/hex.ts";
import { FLAG, type InstructionRecord, KIND } from "../formats/instruction-record.ts";
import { decodeOrder, ORDER_BYTES } from "../formats/order-record.ts";
import { CODE, isAccepted, isWaiting } from "../formats/reason-codes.ts";
import type { HoldState } from "../snapshot.ts";
import { insist } from "./insist.ts";

/** Kinds that are about no shares. */
const WITHOUT_SHARES: ReadonlySet<number> = new Set([KIND.claim, KIND.cancel]);

/** Kinds that name no quantity, and release all that is held. */
const RELEASING: ReadonlySet<number> = new Set([KIND.void, KIND.expire]);

/** Adds what the settled chunks of a batch did to what is final and filled; each id is accepted once, and no order beyond what it asked for. */
export function addReceipts(
  final: Set<string>,
  filled: Map<string, bigint>,
  result: BatchResult,
  { orders }: FileContents,
  settled: ReadonlySet<number>,
): void {
  const instructions = instructionsOf(result);
  const receipts = receiptsOf(result);

  for (const { id, index, code, quantity, chunk } of receipts) {
    if (!settled.has(chunk)) continue;
    insist(!(isAccepted(code) && final.has(id)), `trade ${id} was accepted although it was through`);
    // Whatever refuses a repeat, with a chain perhaps, says nothing of what it repeats.
    const isOpen = receipts.some((other) => other.id === id && (isAccepted(other.code) || isWaiting(other.code)));
    if (isAccepted(code) || (!isOpen && code !== CODE.duplicate)) final.add(id);
    const instruction = instructions[index];
    if (!isAccepted(code) || instruction === undefined) continue;
    const isPart = (instruction.flags & FLAG.partial) !== 0 && quantity < instruction.quantity;
    const isQuantity = quantity === instruction.quantity || isPart || RELEASING.has(instruction.kind);
    const isOfShares = !WITHOUT_SHARES.has(instruction.kind);
    insist(quantity > 0n === isOfShares && isQuantity, `instruction ${id} settled ${quantity}`);

    for (const place of filledBy(instruction)) {
      const order = toHex(result.orderIds, place * 32, 32);
      const sum = (filled.get(order) ?? 0n) + quantity;
      const asked = decodeOrder(orders, place * ORDER_BYTES).quantity;
      insist(sum <= asked, `order ${order} is filled with ${sum} of ${asked}`);
      filled.set(order, sum);
    }
  }
}

/** Orders that an instruction fills. */
function filledBy({ kind, buyOrder, sellOrder }: InstructionRecord): number[] {
  if (kind === KIND.trade) return [buyOrder, sellOrder];
  return kind === KIND.subscription ? [buyOrder] : [];
}

/** What a batch file says that chunks are settled by. */
export interface FileContents {
  /** Order records. */
  readonly orders: Uint8Array;
  /** Holds that lived when the batch opened: what expiries name by their places. */
  readonly holds: readonly HoldState[];
}

const contentsIn = new WeakMap<BatchResult, FileContents>();

/** What is in the file of a batch; `opening` is what it follows, if it follows another batch. */
export function contentsOf(result: BatchResult, opening?: Opening): FileContents {
  const known = contentsIn.get(result);
  if (known !== undefined) return known;

  const { orders, snapshot } = readBatchFile(result.file, opening && (() => opening));
  insist(orders instanceof Uint8Array, "a batch file holds records");
  const contents = { orders, holds: snapshot.holds ?? [] };
  contentsIn.set(result, contents);
  return contents;
}
