/**
 * EIP-712 digests of order and instruction records, packed by hand: one buffer per type is filled again and again, and
 * nothing is allocated per record but what keccak returns. ethers' encoder is the judge of this in the tests.
 */
import type { WordTables } from "./batch-tables.ts";
import { fromHex } from "./hex.ts";
import { INSTRUCTION_AT, isMessageKind } from "./instruction-record.ts";
import { copyBytes, viewOf, writeWord } from "./integers.ts";
import type { Keccak } from "./keccak.ts";
import { createMessageDigester } from "./message-digest.ts";
import { ORDER_AT, ORDER_BYTES, SELL } from "./order-record.ts";

const DOMAIN_TYPE = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
const ORDER_TYPE =
  "Order(address trader,uint8 side,uint256 asset,address currency,uint64 quantity,uint128 limitPrice,uint64 expiry,uint8 priority,uint256 salt)";
const TRADE_TYPE = "Trade(bytes32 buyOrder,bytes32 sellOrder,uint64 quantity,uint128 price,uint64 matchNumber)";

/** Makes the ids of messages and instructions from their records. */
export interface Digester {
  /** Writes the id of the well-formed message record at `offset` of `orders` to `ids` at `idOffset`. */
  orderId(orders: Uint8Array, view: DataView, offset: number, ids: Uint8Array, idOffset: number): void;
  /**
   * Writes the id of the instruction record at `offset` into the record itself. In the id of a trade an order that is not in the batch, or is
   * malformed, counts as id zero; a price is in the currency of the buying order, or else of the selling one.
   */
  tradeId(instructions: Uint8Array, view: DataView, offset: number, orders: OrderIds): void;
}

/** Order records with their ids. */
export interface OrderIds {
  readonly records: DataView;
  readonly count: number;
  readonly ids: Uint8Array;
}

/** The EIP-712 domain separator of the settlement desk. */
export function settlementSeparator(keccak: Keccak, chainId: bigint, desk: string): Uint8Array {
  const words = new Uint8Array(5 * 32);

  words.set(keccak(Buffer.from(DOMAIN_TYPE)), 0);
  words.set(keccak(Buffer.from("Moiety SettlementDesk")), 32);
  words.set(keccak(Buffer.from("1")), 64);
  writeWord(viewOf(words), 96, chainId);
  words.set(fromHex(desk, 20), 128 + 12);

  return keccak(words);
}

/** The engine unit in which a trade of these two orders is priced; 1 if neither is known. */
export function engineUnitOf(
  orders: DataView,
  orderCount: number,
  buyOrder: number,
  sellOrder: number,
  engineUnits: readonly bigint[],
): bigint {
  const unitOf = (order: number) =>
    order >= 0 && order < orderCount
      ? engineUnits[orders.getUint16(order * ORDER_BYTES + ORDER_AT.currency)]
      : undefined;
  return unitOf(buyOrder) ?? unitOf(sellOrder) ?? 1n;
}

/** A digester for one batch's tables. */
export function createDigester(keccak: Keccak, tables: WordTables): Digester {
  const order = new Uint8Array(10 * 32);
  const trade = new Uint8Array(6 * 32);
  const envelope = new Uint8Array(2 + 2 * 32);
  const orderView = viewOf(order);
  const tradeView = viewOf(trade);

  order.set(keccak(Buffer.from(ORDER_TYPE)));
  trade.set(keccak(Buffer.from(TRADE_TYPE)));
  envelope.set([0x19, 0x01]);
  envelope.set(settlementSeparator(keccak, tables.chainId, tables.desk), 2);

  function seal(struct: Uint8Array, target: Uint8Array, offset: number): void {
    envelope.set(keccak(struct), 34);
    target.set(keccak(envelope), offset);
  }

  /** Writes `price` engine units as base units; the product of two 64-bit integers fits the type's 128. */
  function writePrice(view: DataView, offset: number, price: bigint, engineUnit: bigint): void {
    const baseUnits = price * engineUnit;
    view.setBigUint64(offset + 16, baseUnits >> 64n);
    view.setBigUint64(offset + 24, BigInt.asUintN(64, baseUnits));
  }

  const others = createMessageDigester(keccak, tables, seal);

  function orderId(orders: Uint8Array, view: DataView, offset: number, ids: Uint8Array, idOffset: number): void {
    if (view.getUint8(offset + ORDER_AT.side) > SELL) {
      others.messageId(orders, view, offset, ids, idOffset);
      return;
    }
    const currency = view.getUint16(offset + ORDER_AT.currency);

    copyBytes(orders, offset + ORDER_AT.trader, order, 32 + 12, 20);
    order[2 * 32 + 31] = view.getUint8(offset + ORDER_AT.side);
    copyBytes(tables.assets, 32 * view.getUint16(offset + ORDER_AT.asset), order, 3 * 32, 32);
    copyBytes(tables.currencies, 32 * currency, order, 4 * 32, 32);
    copyBytes(orders, offset + ORDER_AT.quantity, order, 5 * 32 + 24, 8);
    writePrice(orderView, 6 * 32, view.getBigUint64(offset + ORDER_AT.limitPrice), tables.engineUnits[currency] ?? 1n);
    copyBytes(orders, offset + ORDER_AT.expiry, order, 7 * 32 + 24, 8);
    order[8 * 32 + 31] = view.getUint8(offset + ORDER_AT.priority);
    copyBytes(orders, offset + ORDER_AT.salt, order, 9 * 32, 32);

    seal(order, ids, idOffset);
  }

  function tradeId(instructions: Uint8Array, view: DataView, offset: number, orders: OrderIds): void {
    if (isMessageKind(view.getUint8(offset + INSTRUCTION_AT.kind))) {
      others.instructionId(instructions, view, offset, orders);
      return;
    }
    const buyOrder = view.getUint32(offset + INSTRUCTION_AT.buyOrder);
    const sellOrder = view.getUint32(offset + INSTRUCTION_AT.sellOrder);
    const unit = engineUnitOf(orders.records, orders.count, buyOrder, sellOrder, tables.engineUnits);

    copyBytes(orders.ids, 32 * buyOrder, trade, 32, 32); // beyond the end reads as zeros
    copyBytes(orders.ids, 32 * sellOrder, trade, 2 * 32, 32);
    copyBytes(instructions, offset + INSTRUCTION_AT.quantity, trade, 3 * 32 + 24, 8);
    writePrice(tradeView, 4 * 32, view.getBigUint64(offset + INSTRUCTION_AT.price), unit);
    copyBytes(instructions, offset + INSTRUCTION_AT.matchNumber, trade, 5 * 32 + 24, 8);

    seal(trade, instructions, offset + INSTRUCTION_AT.id);
  }

  return { orderId, tradeId };
}
