import type { TradeInput } from "../formats/instruction-record.ts";
import { BUY, type SignedOrder } from "../formats/order-record.ts";
import { encodeTradeFile } from "./binary-trades.ts";
import type { Reject, TradeFile, TradeFormat } from "./trade-file.ts";
import { COLUMNS } from "./trade-line.ts";

/** The canonical bytes of a file: orders first, in their order, then trades; addresses in lower case, amounts in digits. */
export function writeTradeFile(file: TradeFile, format: TradeFormat): Uint8Array {
  if (format === "binary") return encodeTradeFile(file);

  const lines = [
    ...file.orders.map((order, place) => orderFields(order, place)),
    ...file.trades.map((trade) => tradeFields(trade)),
  ];
  return Buffer.from(format === "csv" ? toCsv(lines) : lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

/** What was not taken, for a spreadsheet. */
export function writeRejects(rejects: readonly Reject[]): string {
  const rows = rejects.map(({ line, field, reason, text }) => [String(line), field, reason, text]);
  return [["line", "field", "reason", "text"], ...rows].map((row) => `${row.map(toCell).join(",")}\n`).join("");
}

type Fields = Readonly<Record<string, string | number>>;

/** Orders are named by their place, because references of the venue mean nothing outside of its file. */
function orderFields(order: SignedOrder, place: number): Fields {
  return {
    type: "order",
    ref: refOf(place),
    trader: order.trader.toLowerCase(),
    side: order.side === BUY ? "buy" : "sell",
    asset: `${order.asset}`,
    currency: order.currency.toLowerCase(),
    quantity: `${order.quantity}`,
    limitPrice: `${order.limitPrice}`,
    expiry: `${order.expiry}`,
    priority: order.priority,
    salt: `${order.salt}`,
    signature: order.signature.toLowerCase(),
  };
}

function tradeFields({ buyOrder, sellOrder, quantity, price, matchNumber }: TradeInput): Fields {
  return {
    type: "trade",
    buy: refOf(buyOrder),
    sell: refOf(sellOrder),
    quantity: `${quantity}`,
    price: `${price}`,
    matchNumber: `${matchNumber}`,
  };
}

const refOf = (place: number): string => `order ${place + 1}`;

function toCsv(lines: readonly Fields[]): string {
  const rows = lines.map((line) => COLUMNS.map((name) => toCell(String(line[name] ?? ""))));
  return [COLUMNS, ...rows].map((row) => `${row.join(",")}\n`).join("");
}

/** Quoted where it has to be. */
function toCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
