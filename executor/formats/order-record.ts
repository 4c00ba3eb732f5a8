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

/** A message as its record holds it: indices into the batch's tables, price in engine units. */
export interface OrderRecord {
  /** Who has to have signed it. */
  readonly trader: string;
  /** Type of the message, {@link MESSAGE}; of an order its side. */
  readonly side: number;
  readonly priority: number;
  readonly asset: number;
  readonly currency: number;
  /** Place in the snapshot's accounts: receiver, beneficiary, frozen account. */
  readonly counterparty: number;
  readonly quantity: bigint;
  /** Of a hold, the last second in which it can be posted. */
  readonly limitPrice: bigint;
  readonly expiry: bigint;
  /** Of a decision the hold's id, of a cancel the order's. */
  readonly salt: bigint;
  readonly signature: string;
  /** Place in the snapshot's accounts: a hold's agent. */
  readonly secondAccount: number;
  readonly option: number;
}

export const ORDER_BYTES = 160;
export const BUY = 0;
export const SELL = 1;
export const MAX_PRIORITY = 3;

/** What a record of the batch's table of messages is. */
export const MESSAGE = {
  buyOrder: 0,
  sellOrder: 1,
  transfer: 2,
  hold: 3,
  holdDecision: 4,
  freeze: 5,
  cancel: 6,
} as const;

/** What the option of a {@link MESSAGE} can say. */
export const OPTION = { post: 1, void: 2, unfreeze: 0, freeze: 1 } as const;

/** Written in place of an index when the batch's table has no such asset or currency. */
export const NOT_IN_TABLE = 0xffff;

/** Written in place of an account that is not in the snapshot. */
export const NOT_AN_ACCOUNT = 0xffffffff;

/** Where the fields of a message record begin. */
export const ORDER_AT = {
  trader: 0,
  side: 20,
  priority: 21,
  asset: 22,
  currency: 24,
  counterparty: 26,
  firstZeros: 30,
  quantity: 32,
  limitPrice: 40,
  expiry: 48,
  salt: 56,
  signature: 88,
  secondAccount: 153,
  option: 157,
  lastZeros: 158,
} as const;

export const SIGNATURE_BYTES = 65;

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
    counterparty: view.getUint32(offset + ORDER_AT.counterparty),
    quantity: view.getBigUint64(offset + ORDER_AT.quantity),
    limitPrice: view.getBigUint64(offset + ORDER_AT.limitPrice),
    expiry: view.getBigUint64(offset + ORDER_AT.expiry),
    salt: readWord(view, offset + ORDER_AT.salt),
    signature: toHex(bytes, offset + ORDER_AT.signature, SIGNATURE_BYTES),
    secondAccount: view.getUint32(offset + ORDER_AT.secondAccount),
    option: view.getUint8(offset + ORDER_AT.option),
  };
}

/** Which fields a type of message uses; in the others it has zeros. */
interface Uses {
  readonly priority: boolean;
  readonly asset: boolean;
  readonly currency: boolean;
  readonly counterparty: boolean;
  readonly quantity: boolean;
  readonly limit: "price" | "time" | "zero";
  readonly secondAccount: boolean;
  readonly options: readonly [least: number, most: number];
}

const NOTHING: Uses = {
  priority: false,
  asset: false,
  currency: false,
  counterparty: false,
  quantity: false,
  limit: "zero",
  secondAccount: false,
  options: [0, 0],
};
const ORDER: Uses = { ...NOTHING, priority: true, asset: true, currency: true, quantity: true, limit: "price" };
const TRANSFER: Uses = { ...ORDER, counterparty: true, limit: "zero" };

/** By type. */
const USES: readonly Uses[] = [
  ORDER,
  ORDER,
  TRANSFER,
  { ...TRANSFER, limit: "time", secondAccount: true },
  { ...NOTHING, currency: true, quantity: true, options: [OPTION.post, OPTION.void] },
  { ...NOTHING, asset: true, counterparty: true, quantity: true, options: [OPTION.unfreeze, OPTION.freeze] },
  NOTHING,
];

/** Whether the record at `offset` says something that a message of its type can say. Its signature is another question. */
export function isOrderWellFormed(
  bytes: Uint8Array,
  view: DataView,
  offset: number,
  assetCount: number,
  currencyCount: number,
  accountCount: number,
): boolean {
  const uses = USES[view.getUint8(offset + ORDER_AT.side)];
  if (uses === undefined) return false;

  const option = view.getUint8(offset + ORDER_AT.option);
  const limit = view.getBigUint64(offset + ORDER_AT.limitPrice);
  return (
    view.getUint8(offset + ORDER_AT.priority) <= (uses.priority ? MAX_PRIORITY : 0) &&
    view.getUint16(offset + ORDER_AT.asset) < (uses.asset ? assetCount : 1) &&
    view.getUint16(offset + ORDER_AT.currency) < (uses.currency ? currencyCount : 1) &&
    view.getUint32(offset + ORDER_AT.counterparty) < (uses.counterparty ? accountCount : 1) &&
    view.getUint32(offset + ORDER_AT.secondAccount) < (uses.secondAccount ? accountCount : 1) &&
    view.getBigUint64(offset + ORDER_AT.quantity) <= (uses.quantity ? MAX_AMOUNT : 0n) &&
    (uses.limit === "time" || limit <= (uses.limit === "price" ? MAX_AMOUNT : 0n)) &&
    option >= uses.options[0] &&
    option <= uses.options[1] &&
    isZero(bytes, offset + ORDER_AT.firstZeros, 2) &&
    isZero(bytes, offset + ORDER_AT.lastZeros, 2)
  );
}
