import { viewOf, wordsOf } from "../formats/integers.ts";
import { ORDER_AT, ORDER_BYTES } from "../formats/order-record.ts";
import type { FillBook } from "./fill-book.ts";
import { ADDRESS_WORDS, type LedgerState } from "./state.ts";

const ORDER_WORDS = ORDER_BYTES / 4;

/** The orders of a batch as the ledger reads them: the records as they are, and what was looked up for each. */
export interface Orders {
  readonly count: number;
  readonly view: DataView;
  readonly words: Int32Array;
  readonly status: Uint8Array;
  /** Place in the snapshot's accounts, -1 if the trader is not among them. */
  readonly account: Int32Array;
  /** Number in the fill book. */
  readonly fill: Int32Array;
}

/** Bytes that looking up an order takes. */
export const LOOKUP_BYTES = 8;

/** Finds the accounts and the fills of verified order records; writes them to `memory`. */
export function loadOrders(
  state: LedgerState,
  fills: FillBook,
  records: Uint8Array,
  ids: Uint8Array,
  status: Uint8Array,
  memory: ArrayBufferLike,
): Orders {
  const count = records.length / ORDER_BYTES;
  const view = viewOf(records);
  const words = wordsOf(records);
  const account = new Int32Array(memory, 0, count);
  const fill = new Int32Array(memory, 4 * count, count);

  state.accounts.findAll(words, 0, ORDER_WORDS, count, account, 0);
  fills.addAll(wordsOf(ids), fill);
  for (let order = 0; order < count; order++) {
    fills.setQuantity(fill[order] ?? 0, view.getBigInt64(order * ORDER_BYTES + ORDER_AT.quantity));
  }
  return { count, view, words, status, account, fill };
}

/** Whether two orders are of the same trader, known or not. */
export function sameTrader({ words }: Orders, one: number, other: number): boolean {
  for (let i = 0; i < ADDRESS_WORDS; i++) {
    if (words[one * ORDER_WORDS + i] !== words[other * ORDER_WORDS + i]) return false;
  }
  return true;
}
