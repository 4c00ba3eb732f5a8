import { readTradeFile } from "../files/trade-file.ts";
import { writeTradeFile } from "../files/write-trade-file.ts";
import { createBatchTables } from "../formats/batch-tables.ts";
import type { Load } from "../load/create-load.ts";
import { tradeFileOf } from "../load/trade-file-of.ts";
import { encodeOrders } from "../prepare-batch.ts";
import { spreadOf } from "./median.ts";

/** What reading orders and trades from NDJSON costs, before any of them is looked at. */
export interface DecodingFigure {
  /** Trades with their two orders per second, from text to records, on one thread. */
  readonly perSecond: number;
  readonly bytesPerTrade: number;
  readonly lines: number;
}

/** Times the reading of the load as text, records included; the median of `repeat`. Throws if something else is read. */
export function measureDecoding(load: Load, repeat: number): DecodingFigure {
  const text = writeTradeFile(tradeFileOf(load), "ndjson");
  const tables = createBatchTables(load.snapshot);
  const { count } = load.flows;
  const times = Array.from({ length: repeat }, () => {
    const started = performance.now();
    const { orders, trades } = readTradeFile(text, { format: "ndjson" });
    const records = encodeOrders(orders, tables);
    const seconds = (performance.now() - started) / 1_000;
    if (trades.length !== count || Buffer.compare(records, load.orders) !== 0) {
      throw new Error("other orders or trades were read than were written");
    }
    return seconds;
  });

  return { perSecond: count / spreadOf(times).median, bytesPerTrade: text.length / count, lines: 3 * count };
}
