import { fromHex } from "../formats/hex.ts";
import { viewOf } from "../formats/integers.ts";
import { ORDER_AT, ORDER_BYTES } from "../formats/order-record.ts";
import type { PreparedBatch } from "../prepare-batch.ts";
import { KeyTable } from "./key-table.ts";

/** The orders of a batch as the ledger reads them. */
export interface Orders {
  readonly count: number;
  readonly status: Uint8Array;
  /** Place in the snapshot's accounts, -1 if the trader is not among them. */
  readonly account: Int32Array;
  /** Orders of the same trader, known or not, have the same number. */
  readonly trader: Int32Array;
  readonly side: Uint8Array;
  readonly asset: Uint16Array;
  readonly currency: Uint16Array;
  readonly quantity: BigInt64Array;
  readonly limitPrice: BigInt64Array;
  readonly expiry: BigUint64Array;
  /** Orders of the same id share what is filled of them. */
  readonly fill: Int32Array;
  readonly filled: BigInt64Array;
}

/** Reads the verified order records and interns traders and ids. */
export function loadOrders(batch: PreparedBatch, ids: Uint8Array, status: Uint8Array): Orders {
  const { orders: records, orderCount: count, snapshot } = batch;
  const view = viewOf(records);
  const traders = new KeyTable(20, snapshot.accounts.length + count);
  const knownIds = new KeyTable(32, count + batch.filled.size);
  for (const { address } of snapshot.accounts) traders.add(fromHex(address, 20), 0);

  const orders: Orders = {
    count,
    status,
    account: new Int32Array(count),
    trader: new Int32Array(count),
    side: new Uint8Array(count),
    asset: new Uint16Array(count),
    currency: new Uint16Array(count),
    quantity: new BigInt64Array(count),
    limitPrice: new BigInt64Array(count),
    expiry: new BigUint64Array(count),
    fill: new Int32Array(count),
    filled: new BigInt64Array(count + batch.filled.size),
  };

  for (const [id, quantity] of batch.filled) orders.filled[knownIds.add(fromHex(id, 32), 0)] = quantity;
  for (let order = 0; order < count; order++) {
    const offset = order * ORDER_BYTES;
    const trader = traders.add(records, offset + ORDER_AT.trader);
    orders.trader[order] = trader;
    orders.account[order] = trader < snapshot.accounts.length ? trader : -1;
    orders.side[order] = view.getUint8(offset + ORDER_AT.side);
    orders.asset[order] = view.getUint16(offset + ORDER_AT.asset);
    orders.currency[order] = view.getUint16(offset + ORDER_AT.currency);
    orders.quantity[order] = view.getBigInt64(offset + ORDER_AT.quantity);
    orders.limitPrice[order] = view.getBigInt64(offset + ORDER_AT.limitPrice);
    orders.expiry[order] = view.getBigUint64(offset + ORDER_AT.expiry);
    orders.fill[order] = knownIds.add(ids, order * 32);
  }

  return orders;
}
