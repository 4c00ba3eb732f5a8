import type { WordTables } from "../formats/batch-tables.ts";
import { viewOf, wordsOf } from "../formats/integers.ts";
import type { Keccak } from "../formats/keccak.ts";
import { isOrderWellFormed, ORDER_AT, ORDER_BYTES } from "../formats/order-record.ts";
import { PLACES } from "./hash-batches.ts";
import { createMessageDigests } from "./message-digests.ts";
import { ORDER_STATUS } from "./message-status.ts";
import { createSignerRecovery } from "./recover-signers.ts";

/** What the verify stage reads, and where it writes. */
export interface MessagesToVerify {
  readonly tables: WordTables;
  /** Message records, from a place that is a multiple of four. */
  readonly orders: Uint8Array;
  /** 32 bytes per message: its id, zero if it is malformed. */
  readonly ids: Uint8Array;
  /** A byte per message, one of {@link ORDER_STATUS}. */
  readonly status: Uint8Array;
}

/** Verifies the messages from `from` up to `to`: id and status of each. Nothing is allocated per message. */
export function verifyMessages(
  keccak: Keccak,
  { tables, orders, ids, status }: MessagesToVerify,
): (from: number, to: number) => void {
  const messages = createMessageDigests(keccak, orders, tables);
  const recovery = createSignerRecovery(orders, messages.digests);
  const view = viewOf(orders);
  const idWords = wordsOf(ids);
  const digestWords = wordsOf(messages.digests);
  const assetCount = tables.assets.length / 32;
  const currencyCount = tables.currencies.length / 32;
  const wellFormed = new Int32Array(PLACES);

  const tell = (message: number, isSigned: boolean) => {
    status[message] = isSigned ? ORDER_STATUS.valid : ORDER_STATUS.signatureInvalid;
  };

  /** Queues the well-formed ones; says how many they are. */
  function sort(from: number, to: number): number {
    let count = 0;
    for (let message = from; message < to; message++) {
      const offset = message * ORDER_BYTES;
      if (isOrderWellFormed(orders, view, offset, assetCount, currencyCount)) {
        messages.add(offset);
        wellFormed[count++] = message;
      } else {
        idWords.fill(0, 8 * message, 8 * message + 8);
        status[message] = ORDER_STATUS.malformed;
      }
    }
    return count;
  }

  function verify(from: number, to: number): void {
    const count = sort(from, to);
    messages.finish();
    for (let place = 0; place < count; place++) {
      const message = wellFormed[place] ?? 0;
      const offset = message * ORDER_BYTES;
      for (let word = 0; word < 8; word++) idWords[8 * message + word] = digestWords[8 * place + word] ?? 0;
      recovery.add(message, place, offset + ORDER_AT.signature, offset + ORDER_AT.trader);
    }
    recovery.finish(tell);
  }

  return (from, to) => {
    for (let at = from; at < to; at += PLACES) verify(at, Math.min(at + PLACES, to));
  };
}
