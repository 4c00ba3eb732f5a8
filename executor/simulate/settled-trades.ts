import { type BatchResult, instructionsOf, receiptsOf } from "../batch-result.ts";
import { type Opening, readBatchFile } from "../formats/batch-file.ts";
import { toHex } from "../formats/hex.ts";
import { FLAG, KIND } from "../formats/instruction-record.ts";
import { decodeOrder, ORDER_BYTES } from "../formats/order-record.ts";
import { CODE, isAccepted, isWaiting } from "../formats/reason-codes.ts";
import { insist } from "./insist.ts";

/** Kinds that are about no shares. */
const WITHOUT_SHARES: ReadonlySet<number> = new Set([KIND.claim, KIND.cancel]);

/** Adds what the settled chunks of a batch did to what is final and filled; each id is accepted once, and no order beyond what it asked for. */
export function addReceipts(
  final: Set<string>,
  filled: Map<string, bigint>,
  result: BatchResult,
  orders: Uint8Array,
  settled: ReadonlySet<number>,
): void {
  const instructions = instructionsOf(result);

  for (const { id, index, code, quantity, chunk } of receiptsOf(result)) {
    if (!settled.has(chunk)) continue;
    insist(!(isAccepted(code) && final.has(id)), `trade ${id} was accepted although it was through`);
    if (!isWaiting(code) && code !== CODE.duplicate) final.add(id);
    const instruction = instructions[index];
    if (!isAccepted(code) || instruction === undefined) continue;
    const isPart = (instruction.flags & FLAG.partial) !== 0 && quantity < instruction.quantity;
    // A void names no quantity, and releases all that is held.
    const isQuantity = quantity === instruction.quantity || isPart || instruction.kind === KIND.void;
    const isOfShares = !WITHOUT_SHARES.has(instruction.kind);
    insist(quantity > 0n === isOfShares && isQuantity, `instruction ${id} settled ${quantity}`);

    if (instruction.kind !== KIND.trade) continue;
    for (const place of [instruction.buyOrder, instruction.sellOrder]) {
      const order = toHex(result.orderIds, place * 32, 32);
      const sum = (filled.get(order) ?? 0n) + quantity;
      const asked = decodeOrder(orders, place * ORDER_BYTES).quantity;
      insist(sum <= asked, `order ${order} is filled with ${sum} of ${asked}`);
      filled.set(order, sum);
    }
  }
}

const ordersIn = new WeakMap<BatchResult, Uint8Array>();

/** The order records of a batch, out of its file; `opening` is what it follows, if it follows another batch. */
export function ordersOf(result: BatchResult, opening?: Opening): Uint8Array {
  const known = ordersIn.get(result);
  if (known !== undefined) return known;

  const { orders } = readBatchFile(result.file, opening && (() => opening));
  insist(orders instanceof Uint8Array, "a batch file holds records");
  ordersIn.set(result, orders);
  return orders;
}
