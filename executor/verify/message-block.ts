import { viewOf, wordsOf } from "../formats/integers.ts";
import type { Keccak } from "../formats/keccak.ts";
import { isOrderWellFormed, ORDER_BYTES } from "../formats/order-record.ts";
import { PLACES } from "./hash-batches.ts";
import { createMessageDigests } from "./message-digests.ts";
import { ORDER_STATUS } from "./message-status.ts";
import type { MessagesToVerify } from "./verify-messages.ts";

/** Up to 64 messages that are read at once. */
export interface MessageBlock {
  readonly capacity: number;
  /**
   * Writes the ids of the messages from `from` up to `to`, and the status of the malformed ones; the others have to be judged
   * next. Returns how many those are: the message at place *i* of them is `messages[i]`.
   */
  read(from: number, to: number): number;
  readonly messages: Int32Array;
  /** By place, 32 bytes each. */
  readonly digests: Uint8Array;
  /** By place, 8 words each. */
  readonly structHashes: Int32Array;
}

/** A block over the messages of `job`. */
export function createMessageBlock(keccak: Keccak, { tables, orders, ids, status }: MessagesToVerify): MessageBlock {
  const digests = createMessageDigests(keccak, orders, tables);
  const view = viewOf(orders);
  const idWords = wordsOf(ids);
  const digestWords = wordsOf(digests.digests);
  const assetCount = tables.assets.length / 32;
  const currencyCount = tables.currencies.length / 32;
  const accountCount = tables.accounts.length / 20;
  const messages = new Int32Array(PLACES);

  return {
    capacity: PLACES,
    messages,
    digests: digests.digests,
    structHashes: digests.structHashes,
    read(from, to) {
      let count = 0;
      for (let message = from; message < to; message++) {
        const offset = message * ORDER_BYTES;
        if (isOrderWellFormed(orders, view, offset, assetCount, currencyCount, accountCount)) {
          digests.add(offset);
          messages[count++] = message;
        } else {
          idWords.fill(0, 8 * message, 8 * message + 8);
          status[message] = ORDER_STATUS.malformed;
        }
      }
      digests.finish();
      for (let place = 0; place < count; place++) {
        const at = 8 * (messages[place] ?? 0);
        for (let word = 0; word < 8; word++) idWords[at + word] = digestWords[8 * place + word] ?? 0;
      }
      return count;
    },
  };
}
