/** One signature over a Merkle tree of orders, in the words of EIP-712: `BulkOrder(Order[2]…[2] tree)`. */
import { requireInput } from "../errors.ts";
import { sharedBytes } from "../workers/shared-bytes.ts";
import { isHex, toHex, writeHex } from "./hex.ts";
import { viewOf } from "./integers.ts";
import { ORDER_LAYOUT } from "./message-layouts.ts";
import { ORDER_AT } from "./order-record.ts";

/** The signature of a run of orders that were signed together. The orders themselves stand in the batch as any others. */
export interface BulkSignature {
  /** Place of the first among the batch's orders; the others follow it in the order of the tree. */
  readonly firstOrder: number;
  /** Orders in the tree; places behind the last are filled with the order whose fields are all zero. */
  readonly count: number;
  /** 1 to 24: the tree has `2^height` places. */
  readonly height: number;
  /** `r ‖ s ‖ v` of the one trader of all of them. */
  readonly signature: string;
}

/** The highest tree. */
export const BULK_HEIGHTS = 24;

/** In place of `v` in the record of an order that was signed in bulk; `r` and `s` are zero. */
export const BULK_MARK = 0xb0;

/** The same as a signature of 65 bytes. */
export const BULK_MARK_SIGNATURE = `0x${"00".repeat(64)}${BULK_MARK.toString(16)}`;

export const BULK_BYTES = 80;

/** Where the fields of a bulk record begin. */
export const BULK_AT = { firstOrder: 0, count: 4, height: 8, zeros: 9, signature: 15 } as const;

const SIGNATURE_BYTES = 65;

/** EIP-712's `encodeType` of a bulk order. */
export function bulkType(height: number): string {
  return `BulkOrder(Order${"[2]".repeat(height)} tree)${ORDER_LAYOUT.type}`;
}

/**
 * The records of `bulks` in shared memory, by first order. Throws on a run that the batch does not have or that overlaps
 * another, because then nobody could say which signature an order has; a wrong height or signature costs only its orders.
 */
export function encodeBulks(bulks: readonly BulkSignature[] | Uint8Array, orderCount: number): Uint8Array {
  const records = sharedBytes(bulks instanceof Uint8Array ? bulks.length : bulks.length * BULK_BYTES);
  requireInput(records.length % BULK_BYTES === 0, `${records.length} bytes are no whole number of bulk records`);
  if (bulks instanceof Uint8Array) records.set(bulks);
  else for (const [place, bulk] of bulks.entries()) encodeBulk(records, place * BULK_BYTES, bulk);

  const view = viewOf(records);
  let end = 0;
  for (let at = 0; at < records.length; at += BULK_BYTES) {
    const first = view.getUint32(at + BULK_AT.firstOrder);
    const count = view.getUint32(at + BULK_AT.count);
    const isWithin = count > 0 && first >= end && first + count <= orderCount;
    requireInput(
      isWithin,
      `bulk of orders ${first} to ${first + count - 1} overlaps another or ends behind ${orderCount}`,
    );
    end = first + count;
  }
  return records;
}

function encodeBulk(
  records: Uint8Array,
  offset: number,
  { firstOrder, count, height, signature }: BulkSignature,
): void {
  const view = viewOf(records);
  for (const place of [firstOrder, count]) {
    requireInput(Number.isInteger(place) && place >= 0 && place < 2 ** 32, `${place} is no place of a bulk's order`);
  }
  view.setUint32(offset + BULK_AT.firstOrder, firstOrder);
  view.setUint32(offset + BULK_AT.count, count);
  view.setUint8(offset + BULK_AT.height, Number.isInteger(height) && height >= 0 && height < 256 ? height : 0);
  if (isHex(signature, SIGNATURE_BYTES)) writeHex(records, offset + BULK_AT.signature, SIGNATURE_BYTES, signature);
}

/** Reads the bulk record at `offset`. */
export function decodeBulk(records: Uint8Array, offset: number): BulkSignature {
  const view = viewOf(records);
  return {
    firstOrder: view.getUint32(offset + BULK_AT.firstOrder),
    count: view.getUint32(offset + BULK_AT.count),
    height: view.getUint8(offset + BULK_AT.height),
    signature: toHex(records, offset + BULK_AT.signature, SIGNATURE_BYTES),
  };
}

/** Whether the order record at `offset` says that it was signed in bulk, and nothing else in place of a signature. */
export function hasBulkMark(orders: Uint8Array, offset: number): boolean {
  const at = offset + ORDER_AT.signature;
  for (let i = 0; i < SIGNATURE_BYTES - 1; i++) if (orders[at + i] !== 0) return false;
  return orders[at + SIGNATURE_BYTES - 1] === BULK_MARK;
}
