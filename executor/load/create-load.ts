import { requireInput } from "../errors.ts";
import { createBatchTables, createWordTables } from "../formats/batch-tables.ts";
import type { BulkSignature } from "../formats/bulk.ts";
import { CLASS_ORDINARY, INSTRUCTION_AT, INSTRUCTION_BYTES, KIND_TRADE } from "../formats/instruction-record.ts";
import { copyBytes, viewOf } from "../formats/integers.ts";
import { BUY, ORDER_AT, ORDER_BYTES, SELL } from "../formats/order-record.ts";
import type { Snapshot } from "../snapshot.ts";
import { type PoolOptions, poolOf } from "../workers/pool.ts";
import { sharedBytes, sharedCopy } from "../workers/shared-bytes.ts";
import { createLoadAccounts, type LoadAccounts } from "./accounts.ts";
import { drawFlows, type FlowOptions } from "./draw-flows.ts";
import { FLOW_TRADE, type Flows } from "./flows.ts";
import { LOAD_TIME, type LoadOpening, loadSnapshot } from "./load-snapshot.ts";

/** A workload, signed and packed: what it opens with, and every trade with its two orders. */
export interface Load {
  readonly flows: Flows;
  readonly snapshot: Snapshot;
  /** Records: of trade *i* the buying order stands at 2*i*, the selling one at 2*i* + 1. */
  readonly orders: Uint8Array;
  readonly trades: Uint8Array;
}

/** What one batch of a load brings. The state that it opens with is what the batches before it left. */
export interface LoadBatch {
  readonly number: bigint;
  readonly time: bigint;
  readonly orders: Uint8Array;
  readonly trades: Uint8Array;
  /** Of orders that were signed in bulk. */
  readonly bulks?: readonly BulkSignature[];
}

/** Orders that a worker signs at once. */
const SIGN_PIECE = 64;
const SLIPPAGE = 10_000n;

/** A load in which everything is in order; equal options give equal bytes, whatever signs them. */
export async function createLoad(options: FlowOptions, pool: PoolOptions = {}): Promise<Load> {
  return signFlows(drawFlows(options), options.seed, pool);
}

/** The same of flows that come from elsewhere. All have to be trades. */
export async function signFlows(
  flows: Flows,
  seed: number,
  options: PoolOptions = {},
  opening: LoadOpening = {},
): Promise<Load> {
  const accounts = await createLoadAccounts(seed, flows.accounts);
  const snapshot = loadSnapshot(accounts, flows.assets, opening);
  const { orders, signers } = writeOrders(flows, accounts, seed);

  const pool = await poolOf(options);
  const tables = createWordTables(createBatchTables(snapshot));
  const { keys } = accounts;
  await pool.run({ kind: "sign", total: 2 * flows.count, pieceSize: SIGN_PIECE, tables, orders, signers, keys });

  return { flows, snapshot, orders, trades: writeTrades(flows) };
}

/** The load in batches of `size` trades, the last of what is left. Together they hold each trade once, in order. */
export function cutIntoBatches(load: Load, size: number, firstNumber = 1n): LoadBatch[] {
  requireInput(Number.isSafeInteger(size) && size >= 1, `a batch of ${size} trades`);
  const { count } = load.flows;

  return Array.from({ length: Math.ceil(count / size) }, (_, place) =>
    takeBatch(load, firstNumber + BigInt(place), place * size, Math.min((place + 1) * size, count)),
  );
}

/** The trades from `first` up to `end` as one batch. */
export function takeBatch({ orders, trades }: Load, number: bigint, first: number, end: number): LoadBatch {
  return {
    number,
    time: LOAD_TIME,
    orders: orders.subarray(2 * first * ORDER_BYTES, 2 * end * ORDER_BYTES),
    trades: renumber(sharedCopy(trades.subarray(first * INSTRUCTION_BYTES, end * INSTRUCTION_BYTES))),
  };
}

/** Makes the trades refer to the orders of their own batch, and count from 0. */
function renumber(trades: Uint8Array): Uint8Array {
  const view = viewOf(trades);
  for (let trade = 0; trade < trades.length / INSTRUCTION_BYTES; trade++) writePlaces(view, trade);
  return trades;
}

function writePlaces(view: DataView, trade: number): void {
  const offset = trade * INSTRUCTION_BYTES;
  view.setUint32(offset + INSTRUCTION_AT.sequence, trade);
  view.setUint32(offset + INSTRUCTION_AT.buyOrder, 2 * trade);
  view.setUint32(offset + INSTRUCTION_AT.sellOrder, 2 * trade + 1);
}

function writeOrders(flows: Flows, accounts: LoadAccounts, seed: number) {
  const orders = sharedBytes(2 * flows.count * ORDER_BYTES);
  const signers = new Uint32Array(new SharedArrayBuffer(2 * 4 * flows.count));
  const view = viewOf(orders);

  for (let trade = 0; trade < flows.count; trade++) {
    requireInput(flows.kind[trade] === FLOW_TRADE, `flow ${trade} is no trade, and cannot be signed as two orders`);
    const price = flows.price[trade] ?? 0n;
    for (const side of [BUY, SELL]) {
      const order = 2 * trade + side;
      const offset = order * ORDER_BYTES;
      const trader = (side === BUY ? flows.to : flows.from)[trade] ?? 0;
      signers[order] = trader;
      copyBytes(accounts.addresses, 20 * trader, orders, offset + ORDER_AT.trader, 20);
      orders[offset + ORDER_AT.side] = side;
      view.setUint16(offset + ORDER_AT.asset, flows.asset[trade] ?? 0);
      view.setUint16(offset + ORDER_AT.currency, 0);
      view.setBigUint64(offset + ORDER_AT.quantity, flows.quantity[trade] ?? 0n);
      view.setBigUint64(offset + ORDER_AT.limitPrice, side === BUY ? price + SLIPPAGE : lower(price));
      view.setBigUint64(offset + ORDER_AT.expiry, LOAD_TIME + 3_600n);
      view.setUint32(offset + ORDER_AT.salt + 20, seed);
      view.setUint32(offset + ORDER_AT.salt + 28, order);
    }
  }
  return { orders, signers };
}

/** What a seller takes at least for `price`. */
function lower(price: bigint): bigint {
  return price > SLIPPAGE ? price - SLIPPAGE : 0n;
}

function writeTrades(flows: Flows): Uint8Array {
  const trades = sharedBytes(flows.count * INSTRUCTION_BYTES);
  const view = viewOf(trades);

  for (let trade = 0; trade < flows.count; trade++) {
    const offset = trade * INSTRUCTION_BYTES;
    view.setUint8(offset + INSTRUCTION_AT.kind, KIND_TRADE);
    view.setUint8(offset + INSTRUCTION_AT.class, CLASS_ORDINARY);
    view.setBigUint64(offset + INSTRUCTION_AT.quantity, flows.quantity[trade] ?? 0n);
    view.setBigUint64(offset + INSTRUCTION_AT.price, flows.price[trade] ?? 0n);
    view.setBigUint64(offset + INSTRUCTION_AT.matchNumber, BigInt(trade));
    writePlaces(view, trade);
  }
  return trades;
}
