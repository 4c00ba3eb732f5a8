import { createBatchTables } from "../formats/batch-tables.ts";
import type { TradeInput } from "../formats/instruction-record.ts";
import type { SignedOrder } from "../formats/order-record.ts";
import type { Load } from "../load/create-load.ts";
import { writeSettlementLines } from "../load/settlement-lines.ts";
import { encodeOrders } from "../prepare-batch.ts";
import { spreadOf } from "./median.ts";

/** Whatever reads a file of orders and trades. */
export type DecodeLines = (text: string) => {
  readonly orders: readonly SignedOrder[];
  readonly trades: readonly TradeInput[];
};

/** What reading orders and trades from text costs, before any of them is looked at. */
export interface DecodingFigure {
  /** Trades with their two orders per second, from text to records. */
  readonly perSecond: number;
  readonly bytesPerTrade: number;
  readonly lines: number;
}

/** Times `decode` on the load as text, records included; the median of `repeat`. Throws if it reads something else. */
export function measureDecoding(load: Load, decode: DecodeLines, repeat: number): DecodingFigure {
  const text = writeSettlementLines(load);
  const tables = createBatchTables(load.snapshot);
  const times = Array.from({ length: repeat }, () => {
    const started = performance.now();
    const { orders, trades } = decode(text);
    const records = encodeOrders(orders, tables);
    const seconds = (performance.now() - started) / 1_000;
    if (trades.length !== load.flows.count || Buffer.compare(records, load.orders) !== 0) {
      throw new Error("the decoder reads other orders or trades than were written");
    }
    return seconds;
  });

  const { count } = load.flows;
  return { perSecond: count / spreadOf(times).median, bytesPerTrade: text.length / count, lines: 3 * count };
}
