import { ExecutorInputError } from "../errors.ts";
import type { TradeInput } from "../formats/instruction-record.ts";
import { BUY, SELL, type SignedOrder } from "../formats/order-record.ts";
import { decodeTradeFile, isBinary } from "./binary-trades.ts";
import { type RawLine, readCsvLines, readJsonLines, unknownColumns } from "./raw-lines.ts";
import { lineSchemas, type OrderLine, plainAddress, type ReadAddress, type TradeLine } from "./trade-line.ts";

/** How a file of orders and trades is written. */
export type TradeFormat = "ndjson" | "csv" | "binary";

/** Signed orders and the trades that match them, in the order of the file. */
export interface TradeFile {
  readonly orders: readonly SignedOrder[];
  readonly trades: readonly TradeInput[];
}

/** A line that was not taken, and why. */
export interface Reject {
  /** Counted from 1. */
  readonly line: number;
  /** The field that is wrong; "line" for the line as a whole. */
  readonly field: string;
  readonly reason: string;
  /** The line as it stands in the file. */
  readonly text: string;
}

/** What a file holds: what can be used, and what cannot. */
export interface ReadTrades extends TradeFile {
  readonly rejects: readonly Reject[];
}

export interface ReadOptions {
  /** Left out: what the first bytes say. */
  readonly format?: TradeFormat;
  /** Left out: 0x and 40 hexadecimal digits, in any case. */
  readonly readAddress?: ReadAddress;
}

/**
 * Reads orders and trades. What is wrong with one line costs that line, and trades that name its order; a file that is
 * truncated or in no known format throws an `ExecutorInputError`.
 */
export function readTradeFile(bytes: Uint8Array, { format, readAddress = plainAddress }: ReadOptions = {}): ReadTrades {
  const kind = format ?? formatOf(bytes);
  if (kind === "binary") return { ...decodeTradeFile(bytes), rejects: [] };

  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  if (kind === "csv") {
    const unknown = unknownColumns(text);
    if (unknown.length > 0) throw new ExecutorInputError(`no such columns: ${unknown.join(", ")}`);
  }
  return resolveLines(kind === "csv" ? readCsvLines(text) : readJsonLines(text), readAddress);
}

/** The format by the first bytes: JSON lines begin with a brace, CSV with a header that names the type. */
export function formatOf(bytes: Uint8Array): TradeFormat {
  if (isBinary(bytes)) return "binary";
  const start = Buffer.from(bytes.subarray(0, 4_096))
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .trimStart();
  return start === "" || start.startsWith("{") ? "ndjson" : "csv";
}

function resolveLines(lines: readonly RawLine[], readAddress: ReadAddress): ReadTrades {
  const schema = lineSchemas(readAddress);
  const rejects: Reject[] = [];
  const orders: { raw: RawLine; order: OrderLine }[] = [];
  const trades: { raw: RawLine; trade: TradeLine }[] = [];

  for (const raw of lines) {
    const parsed = schema.safeParse(raw.value);
    if (!parsed.success) {
      const { line, text } = raw;
      for (const { path, message } of parsed.error.issues) {
        rejects.push({ line, field: path.join(".") || "line", reason: message, text });
      }
    } else if (parsed.data.type === "order") orders.push({ raw, order: parsed.data });
    else trades.push({ raw, trade: parsed.data });
  }

  const known = keepFirst(orders, rejects);
  const inputs: TradeInput[] = [];
  for (const { raw, trade } of trades) {
    const input = toTradeInput(trade, raw, known.places, rejects);
    if (input !== undefined) inputs.push(input);
  }
  rejects.sort((one, other) => one.line - other.line);
  return { orders: known.orders, trades: inputs, rejects };
}

/** The orders by their references; a second one of a name is not taken, because nobody can say which was meant. */
function keepFirst(lines: readonly { raw: RawLine; order: OrderLine }[], rejects: Reject[]) {
  const places = new Map<string, number>();
  const orders: SignedOrder[] = [];
  for (const { raw, order: line } of lines) {
    const { type: _type, ref, side, ...order } = line;
    if (places.has(ref)) {
      rejects.push({ line: raw.line, field: "ref", reason: `an order "${ref}" is there already`, text: raw.text });
      continue;
    }
    places.set(ref, orders.length);
    orders.push({ ...order, side: side === "buy" ? BUY : SELL });
  }
  return { places, orders };
}

function toTradeInput(
  { buy, sell, quantity, price, matchNumber }: TradeLine,
  { line, text }: RawLine,
  places: ReadonlyMap<string, number>,
  rejects: Reject[],
): TradeInput | undefined {
  const [buyOrder, sellOrder] = [places.get(buy), places.get(sell)];
  for (const [field, ref, place] of [
    ["buy", buy, buyOrder],
    ["sell", sell, sellOrder],
  ] as const) {
    if (place === undefined) rejects.push({ line, field, reason: `the file has no order "${ref}"`, text });
  }
  return buyOrder === undefined || sellOrder === undefined
    ? undefined
    : { buyOrder, sellOrder, quantity, price, matchNumber };
}
