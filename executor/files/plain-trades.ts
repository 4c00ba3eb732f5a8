import type { InstructionInput, TradeInput } from "../formats/instruction-record.ts";
import type { SignedMessage } from "../formats/message-record.ts";
import type { SignedOrder } from "../formats/order-record.ts";
import type { TradeFile } from "./trade-file.ts";

/** Orders with a signature each, and trades of two of them. */
export interface PlainTrades {
  readonly orders: readonly SignedOrder[];
  readonly trades: readonly TradeInput[];
}

/** What a file holds if it holds nothing but whole, unlinked trades of orders that were signed one by one; else undefined. */
export function plainTradesOf({ orders, trades, bulks = [] }: TradeFile): PlainTrades | undefined {
  const [plainOrders, plainTrades] = [orders.filter(isOrder), trades.filter(isPlainTrade)];
  const isAll = bulks.length === 0 && plainOrders.length === orders.length && plainTrades.length === trades.length;
  return isAll ? { orders: plainOrders, trades: plainTrades } : undefined;
}

/** Whether a message is an order. */
export const isOrder = (message: SignedOrder | SignedMessage): message is SignedOrder => !("type" in message);

/** Whether an instruction is a trade. */
export const isTrade = (input: InstructionInput): input is TradeInput => !("kind" in input);

const isPlainTrade = (input: InstructionInput): input is TradeInput =>
  isTrade(input) && input.linked !== true && input.partial !== true;
