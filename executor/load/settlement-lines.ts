import { decodeInstruction, INSTRUCTION_BYTES } from "../formats/instruction-record.ts";
import { decodeOrder, ORDER_BYTES, SELL } from "../formats/order-record.ts";
import type { Load } from "./create-load.ts";

/** The load as a venue would send it: one JSON object per line, first all orders, then the trades that match them. */
export function writeSettlementLines({ snapshot, orders, trades }: Load): string {
  const orderLines = Array.from({ length: orders.length / ORDER_BYTES }, (_, place) => {
    const order = decodeOrder(orders, place * ORDER_BYTES);
    const { engineUnit = 1n, address = "" } = snapshot.currencies[order.currency] ?? {};
    return JSON.stringify({
      type: "order",
      ref: `order ${place}`,
      trader: order.trader,
      side: order.side === SELL ? "sell" : "buy",
      asset: String(snapshot.assets[order.asset]?.id ?? 0n),
      currency: address,
      quantity: String(order.quantity),
      limitPrice: String(order.limitPrice * engineUnit),
      expiry: String(order.expiry),
      priority: order.priority,
      salt: String(order.salt),
      signature: order.signature,
    });
  });
  const tradeLines = Array.from({ length: trades.length / INSTRUCTION_BYTES }, (_, place) => {
    const { buyOrder, sellOrder, quantity, price, matchNumber } = decodeInstruction(trades, place * INSTRUCTION_BYTES);
    return JSON.stringify({
      type: "trade",
      buy: `order ${buyOrder}`,
      sell: `order ${sellOrder}`,
      quantity: String(quantity),
      price: String(price),
      matchNumber: String(matchNumber),
    });
  });
  return `${[...orderLines, ...tradeLines].join("\n")}\n`;
}
