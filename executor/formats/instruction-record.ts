import { toHex } from "./hex.ts";
import { amountOrMark, isZero, MAX_AMOUNT, requireBits, toEngineUnits, viewOf } from "./integers.ts";

/** A match of two orders of the batch, as the venue reports it. */
export interface TradeInput {
  /** Places of the two orders in the batch's list of orders. */
  readonly buyOrder: number;
  readonly sellOrder: number;
  readonly quantity: bigint;
  /** Base units of the currency per share. */
  readonly price: bigint;
  readonly matchNumber: bigint;
  /** 0 or left out the first time, one more each time the trade is recycled. */
  readonly attempt?: number;
}

/** An instruction as its record holds it; price in engine units. */
export interface InstructionRecord {
  readonly kind: number;
  readonly class: number;
  readonly priority: number;
  readonly attempt: number;
  readonly sequence: number;
  readonly buyOrder: number;
  readonly sellOrder: number;
  readonly quantity: bigint;
  readonly price: bigint;
  readonly matchNumber: bigint;
  readonly id: string;
}

export const INSTRUCTION_BYTES = 80;
export const KIND_TRADE = 1;
export const CLASS_ORDINARY = 1;

/** Where the fields of an instruction record begin. */
export const INSTRUCTION_AT = {
  kind: 0,
  class: 1,
  priority: 2,
  attempt: 3,
  sequence: 4,
  buyOrder: 8,
  sellOrder: 12,
  quantity: 16,
  price: 24,
  matchNumber: 32,
  zeros: 40,
  id: 48,
} as const;

/**
 * Writes `trade` as a record at `offset`. Priority and id are left zero: they follow from the orders, and the executor
 * fills them in. A price that is not a whole number of engine units becomes a mark that is refused as malformed.
 */
export function encodeTrade(
  view: DataView,
  offset: number,
  trade: TradeInput,
  sequence: number,
  engineUnit: bigint,
): void {
  requireBits(trade.buyOrder, 32, "buyOrder");
  requireBits(trade.sellOrder, 32, "sellOrder");
  requireBits(trade.matchNumber, 64, "matchNumber");
  requireBits(trade.attempt ?? 0, 8, "attempt");
  requireBits(sequence, 32, "sequence");

  new Uint8Array(view.buffer, view.byteOffset + offset, INSTRUCTION_BYTES).fill(0);
  view.setUint8(offset + INSTRUCTION_AT.kind, KIND_TRADE);
  view.setUint8(offset + INSTRUCTION_AT.class, CLASS_ORDINARY);
  view.setUint8(offset + INSTRUCTION_AT.attempt, trade.attempt ?? 0);
  view.setUint32(offset + INSTRUCTION_AT.sequence, sequence);
  view.setUint32(offset + INSTRUCTION_AT.buyOrder, trade.buyOrder);
  view.setUint32(offset + INSTRUCTION_AT.sellOrder, trade.sellOrder);
  view.setBigUint64(offset + INSTRUCTION_AT.quantity, amountOrMark(trade.quantity));
  view.setBigUint64(offset + INSTRUCTION_AT.price, toEngineUnits(trade.price, engineUnit));
  view.setBigUint64(offset + INSTRUCTION_AT.matchNumber, trade.matchNumber);
}

/** Reads the record at `offset`. */
export function decodeInstruction(bytes: Uint8Array, offset: number): InstructionRecord {
  const view = viewOf(bytes);

  return {
    kind: view.getUint8(offset + INSTRUCTION_AT.kind),
    class: view.getUint8(offset + INSTRUCTION_AT.class),
    priority: view.getUint8(offset + INSTRUCTION_AT.priority),
    attempt: view.getUint8(offset + INSTRUCTION_AT.attempt),
    sequence: view.getUint32(offset + INSTRUCTION_AT.sequence),
    buyOrder: view.getUint32(offset + INSTRUCTION_AT.buyOrder),
    sellOrder: view.getUint32(offset + INSTRUCTION_AT.sellOrder),
    quantity: view.getBigUint64(offset + INSTRUCTION_AT.quantity),
    price: view.getBigUint64(offset + INSTRUCTION_AT.price),
    matchNumber: view.getBigUint64(offset + INSTRUCTION_AT.matchNumber),
    id: toHex(bytes, offset + INSTRUCTION_AT.id, 32),
  };
}

/** Whether the record at `offset` is a trade whose quantity, price and their product are amounts. */
export function isInstructionWellFormed(bytes: Uint8Array, view: DataView, offset: number): boolean {
  const quantity = view.getBigUint64(offset + INSTRUCTION_AT.quantity);
  const price = view.getBigUint64(offset + INSTRUCTION_AT.price);

  return (
    view.getUint8(offset + INSTRUCTION_AT.kind) === KIND_TRADE &&
    view.getUint8(offset + INSTRUCTION_AT.class) === CLASS_ORDINARY &&
    isZero(bytes, offset + INSTRUCTION_AT.zeros, 8) &&
    quantity <= MAX_AMOUNT &&
    price <= MAX_AMOUNT &&
    quantity * price <= MAX_AMOUNT
  );
}
