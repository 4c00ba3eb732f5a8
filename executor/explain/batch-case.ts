import type { BatchInput } from "../batch-input.ts";
import { type BatchResult, instructionsOf, receiptsOf } from "../batch-result.ts";
import { requireInput } from "../errors.ts";
import { readBatchFile } from "../formats/batch-file.ts";
import { toHex } from "../formats/hex.ts";
import type { InstructionRecord } from "../formats/instruction-record.ts";
import { decodeOrder, ORDER_BYTES, type OrderRecord } from "../formats/order-record.ts";
import { isAccepted } from "../formats/reason-codes.ts";
import type { Receipt } from "../formats/receipt.ts";

/** An instruction with everything that it names. */
export interface Step {
  readonly instruction: InstructionRecord;
  readonly receipt: Receipt;
  readonly buy: NamedOrder | undefined;
  readonly sell: NamedOrder | undefined;
}

/** An order with its id. */
export interface NamedOrder extends OrderRecord {
  readonly id: string;
}

/** A batch that was run, as explanations look at it. */
export interface BatchCase {
  readonly input: BatchInput;
  readonly steps: readonly Step[];
}

/** Takes a result and its batch file apart. */
export function openCase(result: BatchResult): BatchCase {
  const input = readBatchFile(result.file);
  const orders = input.orders;
  requireInput(orders instanceof Uint8Array, "a batch file holds its orders as records");
  const receipts = receiptsOf(result);
  const named = (place: number): NamedOrder | undefined =>
    (place + 1) * ORDER_BYTES > orders.length
      ? undefined
      : { ...decodeOrder(orders, place * ORDER_BYTES), id: toHex(result.orderIds, place * 32, 32) };

  const steps = instructionsOf(result).flatMap((instruction, index) => {
    const receipt = receipts[index];
    const [buy, sell] = [named(instruction.buyOrder), named(instruction.sellOrder)];
    return receipt === undefined ? [] : [{ instruction, receipt, buy, sell }];
  });
  return { input, steps };
}

/** What was accepted before `index`. */
export function acceptedBefore({ steps }: BatchCase, index: number): readonly Step[] {
  return steps.slice(0, index).filter(({ receipt }) => isAccepted(receipt.code));
}

/** Whether two addresses are the same. */
export function isSame(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && one.toLowerCase() === other?.toLowerCase();
}
