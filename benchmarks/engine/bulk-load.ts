import { createBatchTables, createWordTables } from "../../executor/formats/batch-tables.ts";
import { INSTRUCTION_AT, INSTRUCTION_BYTES } from "../../executor/formats/instruction-record.ts";
import { viewOf } from "../../executor/formats/integers.ts";
import { ORDER_BYTES } from "../../executor/formats/order-record.ts";
import { BULK_BYTES, type Snapshot, signBulkRecords } from "../../executor/index.ts";
import { createLoadAccounts } from "../../executor/load/accounts.ts";
import { signFlows } from "../../executor/load/create-load.ts";
import { drawFlows } from "../../executor/load/draw-flows.ts";
import type { Flows } from "../../executor/load/flows.ts";
import { LOAD_TIME } from "../../executor/load/load-snapshot.ts";
import { sharedBytes } from "../../executor/workers/shared-bytes.ts";

/** Orders under one signature. */
export const ORDERS_PER_BULK = 64;

/** Trades between pairs of traders, 64 of a pair one after another; first 64 buying orders, then the 64 selling ones. */
export interface BulkLoad {
  readonly flows: Flows;
  readonly snapshot: Snapshot;
  readonly trades: Uint8Array;
  /** Each order with a signature of its own. */
  readonly single: Uint8Array;
  /** The same orders, signed in bulk. */
  readonly bulked: Uint8Array;
  readonly bulks: Uint8Array;
}

/** A load of `pairs × 64` trades, signed both ways. */
export async function createBulkLoad(seed: number, pairs: number, accounts: number, assets: number): Promise<BulkLoad> {
  const count = pairs * ORDERS_PER_BULK;
  const flows = drawFlows({ seed, count, accounts, assets, shape: { name: "uniform", parameter: 0 } });
  for (let flow = 0; flow < count; flow++) {
    const first = flow - (flow % ORDERS_PER_BULK);
    flows.from[flow] = flows.from[first] ?? 0;
    flows.to[flow] = flows.to[first] ?? 0;
  }
  const load = await signFlows(flows, seed, { workers: 2 });

  const single = sharedBytes(load.orders.length);
  for (let order = 0; order < 2 * count; order++) {
    const record = load.orders.subarray(order * ORDER_BYTES, (order + 1) * ORDER_BYTES);
    single.set(record, placeOf(order) * ORDER_BYTES);
  }
  const bulked = sharedBytes(single.length);
  bulked.set(single);
  const { keys } = await createLoadAccounts(seed, accounts);
  const runs = Array.from({ length: 2 * pairs }, (_, run) => {
    const flow = ORDERS_PER_BULK * (run >> 1);
    const trader = (run % 2 === 0 ? flows.to : flows.from)[flow] ?? 0;
    return {
      firstOrder: run * ORDERS_PER_BULK,
      count: ORDERS_PER_BULK,
      privateKey: keys.subarray(32 * trader, 32 * trader + 32),
    };
  });
  const bulks = await signBulkRecords(bulked, createWordTables(createBatchTables(load.snapshot)), runs);
  return { flows, snapshot: load.snapshot, trades: load.trades, single, bulked, bulks };
}

/** Where the load's order *2i* (buying) or *2i + 1* (selling) of trade *i* stands. */
function placeOf(order: number): number {
  const trade = order >> 1;
  const within = trade % ORDERS_PER_BULK;
  return 2 * (trade - within) + (order % 2) * ORDERS_PER_BULK + within;
}

/** The pairs from `first` up to `end` as a batch, signed as `how` says. */
export function takePairs(load: BulkLoad, number: bigint, first: number, end: number, how: "single" | "bulked") {
  const perPair = 2 * ORDERS_PER_BULK;
  const orders = load[how].subarray(first * perPair * ORDER_BYTES, end * perPair * ORDER_BYTES);
  const trades = load.trades.slice(
    first * ORDERS_PER_BULK * INSTRUCTION_BYTES,
    end * ORDERS_PER_BULK * INSTRUCTION_BYTES,
  );
  const view = viewOf(trades);
  for (let trade = 0; trade < trades.length / INSTRUCTION_BYTES; trade++) {
    const offset = trade * INSTRUCTION_BYTES;
    view.setUint32(offset + INSTRUCTION_AT.sequence, trade);
    view.setUint32(offset + INSTRUCTION_AT.buyOrder, placeOf(2 * trade));
    view.setUint32(offset + INSTRUCTION_AT.sellOrder, placeOf(2 * trade + 1));
  }
  const batch = { number, time: LOAD_TIME, mode: "strict" as const, orders, trades };
  return how === "single" ? batch : { ...batch, bulks: bulksOf(load.bulks, first, end) };
}

/** The bulk records of the pairs from `first` up to `end`, counted from their own batch's first order. */
function bulksOf(bulks: Uint8Array, first: number, end: number): Uint8Array {
  const own = sharedBytes(2 * (end - first) * BULK_BYTES);
  own.set(bulks.subarray(2 * first * BULK_BYTES, 2 * end * BULK_BYTES));
  const view = viewOf(own);
  for (let bulk = 0; bulk < own.length / BULK_BYTES; bulk++) view.setUint32(bulk * BULK_BYTES, bulk * ORDERS_PER_BULK);
  return own;
}
