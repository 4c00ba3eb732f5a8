import { isHexString } from "ethers";
import { z } from "zod";
import { BUY, SELL, type SignedOrder, type TradeInput } from "../executor/index.ts";
import { parseAddress } from "./address.ts";
import { cell } from "./cell.ts";
import { badInput } from "./errors.ts";
import { parseWhole } from "./units.ts";

const whole = cell((text) => parseWhole(text));

const orderSchema = z.strictObject({
  type: z.literal("order"),
  /** The venue's own name of the order, by which trades name it. */
  ref: z.string().min(1),
  trader: cell((text) => parseAddress(text)),
  side: z.enum(["buy", "sell"]),
  asset: whole,
  currency: cell((text) => parseAddress(text)),
  quantity: whole,
  limitPrice: whole,
  expiry: whole,
  priority: z.int().min(0).max(3),
  salt: whole,
  signature: z.string().refine((text) => isHexString(text, 65), "is not 65 bytes in hexadecimal"),
});

const tradeSchema = z.strictObject({
  type: z.literal("trade"),
  buy: z.string().min(1),
  sell: z.string().min(1),
  quantity: whole,
  price: whole,
  matchNumber: whole,
});

const lineSchema = z.discriminatedUnion("type", [orderSchema, tradeSchema]);

type OrderLine = z.output<typeof orderSchema>;
type TradeLine = z.output<typeof tradeSchema>;

/** Signed orders and the trades that match them, in the order of the file. */
export interface SettlementFile {
  readonly orders: readonly SignedOrder[];
  readonly trades: readonly TradeInput[];
}

/**
 * Reads a settlement file: one JSON object per line, orders and trades mixed as they come. Amounts are decimal strings: prices in
 * base units per share, quantities in shares. All bad lines are reported at once.
 */
export function parseSettlementFile(text: string, name: string): SettlementFile {
  const errors: string[] = [];
  const orders: { line: number; order: OrderLine }[] = [];
  const trades: { line: number; trade: TradeLine }[] = [];

  for (const [place, content] of text.split(/\r?\n/).entries()) {
    if (content.trim() === "") continue;
    const line = place + 1;
    const parsed = lineSchema.safeParse(readJson(content));
    if (!parsed.success)
      errors.push(
        ...parsed.error.issues.map((issue) => `line ${line}, ${issue.path.join(".") || "line"}: ${issue.message}`),
      );
    else if (parsed.data.type === "order") orders.push({ line, order: parsed.data });
    else trades.push({ line, trade: parsed.data });
  }

  const places = indexOrders(orders, errors);
  const inputs = trades.map(({ line, trade }) => toTradeInput(trade, line, places, errors));
  if (errors.length > 0)
    throw badInput(`${errors.length} mistakes`, { where: name, details: errors, notDone: "nothing was settled" });
  if (trades.length === 0) throw badInput("the file has no trades", { where: name });
  return { orders: orders.map(({ order }) => toSignedOrder(order)), trades: inputs };
}

function readJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // the schema says that this is no object
  }
}

function indexOrders(orders: readonly { line: number; order: OrderLine }[], errors: string[]): Map<string, number> {
  const places = new Map<string, number>();
  for (const [place, { line, order }] of orders.entries()) {
    if (places.has(order.ref)) errors.push(`line ${line}, ref: an order "${order.ref}" is there already`);
    places.set(order.ref, place);
  }
  return places;
}

function toTradeInput(
  trade: TradeLine,
  line: number,
  places: ReadonlyMap<string, number>,
  errors: string[],
): TradeInput {
  const { buy, sell, quantity, price, matchNumber } = trade;
  const place = (field: string, ref: string): number => {
    const found = places.get(ref);
    if (found === undefined) errors.push(`line ${line}, ${field}: the file has no order "${ref}"`);
    return found ?? -1;
  };
  return { buyOrder: place("buy", buy), sellOrder: place("sell", sell), quantity, price, matchNumber };
}

function toSignedOrder({ type: _type, ref: _ref, side, ...order }: OrderLine): SignedOrder {
  return { ...order, side: side === "buy" ? BUY : SELL };
}
