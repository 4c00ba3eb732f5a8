import type { PlainTrades } from "../files/plain-trades.ts";
import { decodeInstruction, INSTRUCTION_BYTES } from "../formats/instruction-record.ts";
import { decodeOrder, ORDER_BYTES } from "../formats/order-record.ts";
import type { Load } from "./create-load.ts";

/** The orders and trades of a load as a venue would send them. */
export function tradeFileOf({ snapshot, orders, trades }: Load): PlainTrades {
  return {
    orders: Array.from({ length: orders.length / ORDER_BYTES }, (_, place) => {
      const order = decodeOrder(orders, place * ORDER_BYTES);
      const { address = "", engineUnit = 1n } = snapshot.currencies[order.currency] ?? {};
      const asset = snapshot.assets[order.asset]?.id ?? 0n;
      return { ...order, asset, currency: address, limitPrice: order.limitPrice * engineUnit };
    }),
    trades: Array.from({ length: trades.length / INSTRUCTION_BYTES }, (_, place) => {
      const { buyOrder, sellOrder, quantity, price, matchNumber } = decodeInstruction(
        trades,
        place * INSTRUCTION_BYTES,
      );
      return { buyOrder, sellOrder, quantity, price, matchNumber };
    }),
  };
}
