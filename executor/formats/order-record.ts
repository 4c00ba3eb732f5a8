import type { BatchTables } from "./batch-tables.ts";
import { isHex, toHex, writeHex } from "./hex.ts";
import {
  amountOrMark,
  isZero,
  MAX_AMOUNT,
  readWord,
  requireBits,
  toEngineUnits,
  viewOf,
  writeWord,
} from "./integers.ts";

/** What one party signs. Prices are in base units of the currency per share. */
export interface Order {
  readonly trader: string;
  /** 0 buys, 1 sells. */
  readonly side: number;
  /** Token id. */
  readonly asset: bigint;
  readonly currency: string;
  readonly quantity: bigint;
  readonly limitPrice: bigint;
  /** Last second in which the order may be used. */
  readonly expiry: bigint;
  /** 0 normal to 3 reserved. */
  readonly priority: number;
  readonly salt: bigint;
}

/** An order with its 65-byte signature `r ‖ s ‖ v`. */
export interface SignedOrder extends Order {
  readonly signature: string;
}

/** An order as its record holds it: indices into the batch's tables, price in engine units. */
export interface OrderRecord {
  readonly trader: string;
  readonly side: number;
  readonly priority: number;
  readonly asset: number;
  readonly currency: number;
  readonly quantity: bigint;
  readonly limitPrice: bigint;
  readonly expiry: bigint;
  readonly salt: bigint;
  readonly signature: string;
}

export const ORDER_BYTES = 160;
export const BUY = 0;
export const SELL = 1;
export const MAX_PRIORITY = 3;

/** Written in place of an index when the batch's table has no such asset or currency. */
export const NOT_IN_TABLE = 0xffff;

/** Where the fields of an order record begin. */
export const ORDER_AT = {
  trader: 0,
  side: 20,
  priority: 21,
  asset: 22,
  currency: 24,
  firstZeros: 26,
  quantity: 32,
  limitPrice: 40,
  expiry: 48,
  salt: 56,
  signature: 88,
  lastZeros: 153,
} as const;

const SIGNATURE_BYTES = 65;

/**
 * Writes `order` as a record at `offset`. What a record cannot hold (an asset outside the table, a price that is not a
 * whole number of engine units) is written as a mark that {@link isOrderWellFormed} refuses, so that one bad order costs
 * its trades and not the batch. A signature that is not 65 bytes is written as zeros, which nobody signs.
 */
export function encodeOrder(view: DataView, offset: number, order: SignedOrder, tables: BatchTables): void {
  requireBits(order.side, 8, "side");
  requireBits(order.priority, 8, "priority");
  requireBits(order.expiry, 64, "expiry");
  requireBits(order.salt, 256, "salt");
  const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, ORDER_BYTES);
  const currency = tables.currencyIndex.get(order.currency.toLowerCase()) ?? NOT_IN_TABLE;

  bytes.fill(0);
  writeHex(bytes, ORDER_AT.trader, 20, order.trader);
  view.setUint8(offset + ORDER_AT.side, order.side);
  view.setUint8(offset + ORDER_AT.priority, order.priority);
  view.setUint16(offset + ORDER_AT.asset, tables.assetIndex.get(order.asset) ?? NOT_IN_TABLE);
  view.setUint16(offset + ORDER_AT.currency, currency);
  view.setBigUint64(offset + ORDER_AT.quantity, amountOrMark(order.quantity));
  view.setBigUint64(offset + ORDER_AT.limitPrice, toEngineUnits(order.limitPrice, tables.engineUnits[currency] ?? 1n));
  view.setBigUint64(offset + ORDER_AT.expiry, order.expiry);
  writeWord(view, offset + ORDER_AT.salt, order.salt);
  if (isHex(order.signature, SIGNATURE_BYTES)) {
    writeHex(bytes, ORDER_AT.signature, SIGNATURE_BYTES, order.signature);
  }
}

/** Reads the record at `offset`. */
export function decodeOrder(bytes: Uint8Array, offset: number): OrderRecord {
  const view = viewOf(bytes);

  return {
    trader: toHex(bytes, offset + ORDER_AT.trader, 20),
    side: view.getUint8(offset + ORDER_AT.side),
    priority: view.getUint8(offset + ORDER_AT.priority),
    asset: view.getUint16(offset + ORDER_AT.asset),
    currency: view.getUint16(offset + ORDER_AT.currency),
    quantity: view.getBigUint64(offset + ORDER_AT.quantity),
    limitPrice: view.getBigUint64(offset + ORDER_AT.limitPrice),
    expiry: view.getBigUint64(offset + ORDER_AT.expiry),
    salt: readWord(view, offset + ORDER_AT.salt),
    signature: toHex(bytes, offset + ORDER_AT.signature, SIGNATURE_BYTES),
  };
}

/** Whether the record at `offset` says something that an order can say. Its signature is another question. */
export function isOrderWellFormed(
  bytes: Uint8Array,
  view: DataView,
  offset: number,
  assetCount: number,
  currencyCount: number,
): boolean {
  return (
    view.getUint8(offset + ORDER_AT.side) <= SELL &&
    view.getUint8(offset + ORDER_AT.priority) <= MAX_PRIORITY &&
    view.getUint16(offset + ORDER_AT.asset) < assetCount &&
    view.getUint16(offset + ORDER_AT.currency) < currencyCount &&
    view.getBigUint64(offset + ORDER_AT.quantity) <= MAX_AMOUNT &&
    view.getBigUint64(offset + ORDER_AT.limitPrice) <= MAX_AMOUNT &&
    isZero(bytes, offset + ORDER_AT.firstZeros, 6) &&
    isZero(bytes, offset + ORDER_AT.lastZeros, 7)
  );
}
