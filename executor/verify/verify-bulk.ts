import { createSignatureCheck } from "../crypto/check-signature.ts";
import { BULK_AT, BULK_BYTES, BULK_HEIGHTS, hasBulkMark } from "../formats/bulk.ts";
import { createDigester } from "../formats/digest.ts";
import { copyBytes, copyWords, viewOf, wordsOf } from "../formats/integers.ts";
import type { Keccak } from "../formats/keccak.ts";
import { ORDER_AT, ORDER_BYTES, SELL } from "../formats/order-record.ts";
import { createBulkRoot } from "./bulk-root.ts";
import type { MessageBlock } from "./message-block.ts";
import { ORDER_STATUS } from "./message-status.ts";
import { isAnsweredYes } from "./packed-answers.ts";
import type { MessagesToVerify } from "./verify-messages.ts";

/** Places for `r ‖ s ‖ v` and, behind it, the trader: one signature with its signer, as the check wants them. */
const SIGNER_AT = 65;

/**
 * Verifies whole bulks: all orders of one stand or fall together. Each has to be well-formed, an order, of the same trader
 * and marked as signed in bulk; and the one signature has to be over the root of exactly these orders in this sequence.
 */
export function createBulkVerifier(
  keccak: Keccak,
  job: MessagesToVerify & { readonly bulks: Uint8Array },
  block: MessageBlock,
): (bulk: number) => void {
  const { orders, status, bulks, contracts, tables } = job;
  const view = viewOf(bulks);
  const digester = createDigester(keccak, tables);
  const isSigned = createSignatureCheck(keccak);
  const hashTree = createBulkRoot(keccak);
  const signed = new Uint8Array(SIGNER_AT + 20);
  const root = new Uint8Array(32);
  const rootWords = wordsOf(root);
  let leaves = new Int32Array(0);

  /** Whether the record at `offset` may be one of the bulk whose first record is at `firstOffset`. */
  function belongs(offset: number, firstOffset: number): boolean {
    if ((orders[offset + ORDER_AT.side] ?? 0) > SELL || !hasBulkMark(orders, offset)) return false;
    for (let i = 0; i < 20; i++) {
      if (orders[offset + ORDER_AT.trader + i] !== orders[firstOffset + ORDER_AT.trader + i]) return false;
    }
    return true;
  }

  /** Ids of all, and leaves if they are all what they should be. */
  function readOrders(first: number, count: number): boolean {
    let areAll = true;
    for (let at = 0; at < count; at += block.capacity) {
      const size = Math.min(block.capacity, count - at);
      areAll = block.read(first + at, first + at + size) === size && areAll;
      copyWords(block.structHashes, 0, leaves, 8 * at, 8 * size);
    }
    for (let order = first; order < first + count; order++) {
      areAll &&= belongs(order * ORDER_BYTES, first * ORDER_BYTES);
    }
    return areAll;
  }

  function isRootSigned(bulk: number, first: number, count: number, height: number): boolean {
    hashTree(leaves, count, height);
    copyWords(leaves, 0, rootWords, 0, 8);
    const digest = digester.bulkId(root, height);
    if (contracts?.isContract[first] === 1) return isAnsweredYes(contracts, first, digest, 0);

    copyBytes(bulks, bulk * BULK_BYTES + BULK_AT.signature, signed, 0, SIGNER_AT);
    copyBytes(orders, first * ORDER_BYTES + ORDER_AT.trader, signed, SIGNER_AT, 20);
    return isSigned(digest, signed, 0, SIGNER_AT);
  }

  return (bulk) => {
    const first = view.getUint32(bulk * BULK_BYTES + BULK_AT.firstOrder);
    const count = view.getUint32(bulk * BULK_BYTES + BULK_AT.count);
    const height = view.getUint8(bulk * BULK_BYTES + BULK_AT.height);
    if (leaves.length < 8 * count) leaves = new Int32Array(8 * count);

    const areAll = readOrders(first, count);
    const hasPlace = height >= 1 && height <= BULK_HEIGHTS && count <= 2 ** height;
    const isValid = areAll && hasPlace && isRootSigned(bulk, first, count, height);
    for (let order = first; order < first + count; order++) {
      if (status[order] === ORDER_STATUS.malformed) continue;
      status[order] = isValid ? ORDER_STATUS.valid : ORDER_STATUS.signatureInvalid;
    }
  };
}
