import { createSignatureCheck } from "../crypto/check-signature.ts";
import type { WordTables } from "../formats/batch-tables.ts";
import { BULK_AT, BULK_BYTES, BULK_HEIGHTS, hasBulkMark } from "../formats/bulk.ts";
import { createDigester } from "../formats/digest.ts";
import { copyBytes, copyWords, viewOf, wordsOf } from "../formats/integers.ts";
import type { Keccak } from "../formats/keccak.ts";
import { ORDER_AT, ORDER_BYTES, SELL } from "../formats/order-record.ts";
import { createBulkRoot } from "./bulk-root.ts";
import { ORDER_STATUS } from "./message-status.ts";
import { isAnsweredYes, type PackedAnswers } from "./packed-answers.ts";

/** What bulks are judged by, once each of their messages has been read. */
export interface BulksToVerify {
  readonly tables: WordTables;
  readonly orders: Uint8Array;
  readonly status: Uint8Array;
  /** 32 bytes per message: its struct hash. */
  readonly structHashes: Uint8Array;
  /** Bulk records. */
  readonly bulks: Uint8Array;
  readonly contracts?: PackedAnswers | undefined;
  /** A byte per bulk: 1 if its signature counts. */
  readonly verdicts: Uint8Array;
}

/** Places for `r ‖ s ‖ v` and, behind it, the trader: one signature with its signer, as the check wants them. */
const SIGNER_AT = 65;

/**
 * Verifies the bulks from `from` up to `to`: all orders of one stand or fall together. Each has to be well-formed, an order, of the
 * same trader and marked as signed in bulk; and the one signature has to be over the root of exactly these orders in this sequence.
 */
export function verifyBulks(keccak: Keccak, job: BulksToVerify): (from: number, to: number) => void {
  const { orders, status, bulks, contracts, tables, verdicts } = job;
  const view = viewOf(bulks);
  const digester = createDigester(keccak, tables);
  const isSigned = createSignatureCheck(keccak);
  const hashTree = createBulkRoot(keccak);
  const structHashes = wordsOf(job.structHashes);
  const signed = new Uint8Array(SIGNER_AT + 20);
  const root = new Uint8Array(32);
  const rootWords = wordsOf(root);
  let leaves = new Int32Array(0);

  /** Whether the message at `order` may be one of the bulk whose first one is `first`. */
  function belongs(order: number, first: number): boolean {
    const offset = order * ORDER_BYTES;
    const isOrder = (orders[offset + ORDER_AT.side] ?? 0) <= SELL && status[order] !== ORDER_STATUS.malformed;
    if (!isOrder || !hasBulkMark(orders, offset)) return false;
    for (let i = 0; i < 20; i++) {
      if (orders[offset + ORDER_AT.trader + i] !== orders[first * ORDER_BYTES + ORDER_AT.trader + i]) return false;
    }
    return true;
  }

  function isRootSigned(at: number, first: number, count: number, height: number): boolean {
    if (leaves.length < 8 * count) leaves = new Int32Array(8 * count);
    copyWords(structHashes, 8 * first, leaves, 0, 8 * count);
    hashTree(leaves, count, height);
    copyWords(leaves, 0, rootWords, 0, 8);
    const digest = digester.bulkId(root, height);
    if (contracts?.isContract[first] === 1) return isAnsweredYes(contracts, first, digest, 0);

    copyBytes(bulks, at + BULK_AT.signature, signed, 0, SIGNER_AT);
    copyBytes(orders, first * ORDER_BYTES + ORDER_AT.trader, signed, SIGNER_AT, 20);
    return isSigned(digest, signed, 0, SIGNER_AT);
  }

  function isValid(at: number): boolean {
    const first = view.getUint32(at + BULK_AT.firstOrder);
    const count = view.getUint32(at + BULK_AT.count);
    const height = view.getUint8(at + BULK_AT.height);

    if (height < 1 || height > BULK_HEIGHTS || count > 2 ** height) return false;
    for (let order = first; order < first + count; order++) if (!belongs(order, first)) return false;
    return isRootSigned(at, first, count, height);
  }

  return (from, to) => {
    for (let bulk = from; bulk < to; bulk++) verdicts[bulk] = Number(isValid(bulk * BULK_BYTES));
  };
}

/** Gives the orders of each bulk its verdict; those that are malformed stay so. */
export function applyVerdicts({ bulks, status, verdicts }: BulksToVerify): void {
  const view = viewOf(bulks);
  for (const [bulk, verdict] of verdicts.entries()) {
    const first = view.getUint32(bulk * BULK_BYTES + BULK_AT.firstOrder);
    const end = first + view.getUint32(bulk * BULK_BYTES + BULK_AT.count);
    for (let order = first; order < end; order++) {
      if (status[order] === ORDER_STATUS.malformed) continue;
      status[order] = verdict === 1 ? ORDER_STATUS.valid : ORDER_STATUS.signatureInvalid;
    }
  }
}
