import { toHex, writeHex } from "./hex.ts";
import { viewOf } from "./integers.ts";

/** The outcome of one instruction. Final once its chunk has settled on chain. */
export interface Receipt {
  /** Instruction id. */
  readonly id: string;
  /** Place in canonical order. */
  readonly index: number;
  /** Reason code; 0 accepted. */
  readonly code: number;
  readonly attempt: number;
  /** Shares settled, 0 if refused. */
  readonly quantity: bigint;
  /** Engine units from buyer to seller, 0 if refused. */
  readonly cash: bigint;
  readonly chunk: number;
}

export const RECEIPT_BYTES = 64;

/** Where the fields of a receipt begin. */
export const RECEIPT_AT = { id: 0, index: 32, code: 36, attempt: 38, quantity: 40, cash: 48, chunk: 56 } as const;

/** Writes `receipt` at `offset`. */
export function encodeReceipt(bytes: Uint8Array, offset: number, receipt: Receipt): void {
  const view = viewOf(bytes);

  bytes.fill(0, offset, offset + RECEIPT_BYTES);
  writeHex(bytes, offset + RECEIPT_AT.id, 32, receipt.id);
  view.setUint32(offset + RECEIPT_AT.index, receipt.index);
  view.setUint16(offset + RECEIPT_AT.code, receipt.code);
  view.setUint16(offset + RECEIPT_AT.attempt, receipt.attempt);
  view.setBigUint64(offset + RECEIPT_AT.quantity, receipt.quantity);
  view.setBigUint64(offset + RECEIPT_AT.cash, receipt.cash);
  view.setUint32(offset + RECEIPT_AT.chunk, receipt.chunk);
}

/** Reads the receipt at `offset`. */
export function decodeReceipt(bytes: Uint8Array, offset: number): Receipt {
  const view = viewOf(bytes);

  return {
    id: toHex(bytes, offset + RECEIPT_AT.id, 32),
    index: view.getUint32(offset + RECEIPT_AT.index),
    code: view.getUint16(offset + RECEIPT_AT.code),
    attempt: view.getUint16(offset + RECEIPT_AT.attempt),
    quantity: view.getBigUint64(offset + RECEIPT_AT.quantity),
    cash: view.getBigUint64(offset + RECEIPT_AT.cash),
    chunk: view.getUint32(offset + RECEIPT_AT.chunk),
  };
}
