/**
 * EIP-712 digests of message and instruction records, packed by hand, one at a time and plainly: the sequential executor,
 * signers and `executor/verify/`, which does the same for many at once, are held to this; ethers' encoder judges it in tests.
 */
import type { WordTables } from "./batch-tables.ts";
import { BULK_HEIGHTS, bulkType } from "./bulk.ts";
import { fromHex } from "./hex.ts";
import { createInstructionDigester } from "./instruction-digest.ts";
import { INSTRUCTION_AT, isMessageKind } from "./instruction-record.ts";
import { copyBytes, viewOf, writeWord } from "./integers.ts";
import type { Keccak } from "./keccak.ts";
import { layoutOf, ORDER_LAYOUT } from "./message-layouts.ts";
import { ORDER_AT, ORDER_BYTES } from "./order-record.ts";

const DOMAIN_TYPE = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
export const TRADE_TYPE = "Trade(bytes32 buyOrder,bytes32 sellOrder,uint64 quantity,uint128 price,uint64 matchNumber)";

/** Makes the ids of messages and instructions from their records. */
export interface Digester {
  /** EIP-712's `hashStruct` of the well-formed message record at `offset`. */
  structHash(orders: Uint8Array, view: DataView, offset: number): Uint8Array;
  /** Writes the id of the well-formed message record at `offset` of `orders` to `ids` at `idOffset`. */
  orderId(orders: Uint8Array, view: DataView, offset: number, ids: Uint8Array, idOffset: number): void;
  /** What the signature of a bulk order of `height` with this root is over. */
  bulkId(root: Uint8Array, height: number): Uint8Array;
  /**
   * Writes the id of the instruction record at `offset` into the record itself. In the id of a trade an order that is not in
   * the batch, or is malformed, counts as id zero; a price is in the currency of the buying order, or else of the selling one.
   */
  tradeId(instructions: Uint8Array, view: DataView, offset: number, orders: OrderIds): void;
}

/** Order records with their ids. */
export interface OrderIds {
  readonly records: DataView;
  readonly count: number;
  readonly ids: Uint8Array;
}

let lastDomain: { readonly chainId: bigint; readonly desk: string; readonly separator: Uint8Array } | undefined;

/** The EIP-712 domain separator of the settlement desk. The last one is kept: batch after batch is of the same desk. */
export function settlementSeparator(keccak: Keccak, chainId: bigint, desk: string): Uint8Array {
  if (lastDomain?.chainId !== chainId || lastDomain.desk !== desk) {
    lastDomain = { chainId, desk, separator: hashDomain(keccak, chainId, desk) };
  }
  return lastDomain.separator;
}

function hashDomain(keccak: Keccak, chainId: bigint, desk: string): Uint8Array {
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

/** Writes `price` engine units as base units; the product of two 64-bit integers fits the type's 128. */
export function writePrice(view: DataView, offset: number, price: bigint, engineUnit: bigint): void {
  const baseUnits = price * engineUnit;
  view.setBigUint64(offset + 16, baseUnits >> 64n);
  view.setBigUint64(offset + 24, BigInt.asUintN(64, baseUnits));
}

/** Hashes of EIP-712 types; there are no more than kinds of messages and heights of bulk orders. */
const typeHashes = new Map<string, Uint8Array>();

/** A digester for one batch's tables. */
export function createDigester(keccak: Keccak, tables: WordTables): Digester {
  const trade = new Uint8Array(6 * 32);
  const envelope = new Uint8Array(2 + 2 * 32);
  const tradeView = viewOf(trade);

  trade.set(typeHash(TRADE_TYPE));
  envelope.set([0x19, 0x01]);
  envelope.set(settlementSeparator(keccak, tables.chainId, tables.desk), 2);

  function typeHash(type: string): Uint8Array {
    const hash = typeHashes.get(type) ?? keccak(Buffer.from(type));
    typeHashes.set(type, hash);
    return hash;
  }

  function seal(structHash: Uint8Array): Uint8Array {
    envelope.set(structHash, 34);
    return keccak(envelope);
  }

  function structHash(orders: Uint8Array, view: DataView, offset: number): Uint8Array {
    const { type, words } = layoutOf(view.getUint8(offset + ORDER_AT.side)) ?? ORDER_LAYOUT;
    const struct = new Uint8Array(32 * (1 + words.length));
    const structView = viewOf(struct);
    const currency = view.getUint16(offset + ORDER_AT.currency);

    struct.set(typeHash(type));
    for (const [place, source] of words.entries()) {
      const at = 32 * (1 + place);
      if (source.take === "bytes") {
        copyBytes(orders, offset + source.at, struct, at + 32 - source.size, source.size);
      } else if (source.take === "asset") {
        copyBytes(tables.assets, 32 * view.getUint16(offset + ORDER_AT.asset), struct, at, 32);
      } else if (source.take === "currency") {
        copyBytes(tables.currencies, 32 * currency, struct, at, 32);
      } else if (source.take === "account") {
        copyBytes(tables.accounts, 20 * view.getUint32(offset + source.at), struct, at + 12, 20);
      } else {
        writePrice(structView, at, view.getBigUint64(offset + ORDER_AT.limitPrice), tables.engineUnits[currency] ?? 1n);
      }
    }
    return keccak(struct);
  }

  const others = createInstructionDigester(keccak, tables, (struct) => seal(keccak(struct)));

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

    instructions.set(seal(keccak(trade)), offset + INSTRUCTION_AT.id);
  }

  return {
    structHash,
    orderId: (orders, view, offset, ids, idOffset) => ids.set(seal(structHash(orders, view, offset)), idOffset),
    bulkId(root, height) {
      if (height < 1 || height > BULK_HEIGHTS) throw new RangeError(`a bulk order of height ${height}`);
      return seal(keccak(Buffer.concat([typeHash(bulkType(height)), root])));
    },
    tradeId,
  };
}
