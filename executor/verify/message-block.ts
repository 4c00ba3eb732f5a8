import { copyWords, viewOf, wordsOf } from "../formats/integers.ts";
import type { Keccak } from "../formats/keccak.ts";
import { HASH_BYTES } from "../formats/merkle.ts";
import { isOrderWellFormed, ORDER_BYTES } from "../formats/order-record.ts";
import { copyHash, longsOf } from "../tree/copy-fields.ts";
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
}

/** A block over the messages of `job`. */
export function createMessageBlock(
  keccak: Keccak,
  { tables, orders, ids, status, structHashes }: MessagesToVerify,
): MessageBlock {
  const total = orders.length / ORDER_BYTES;
  if (ids.length < HASH_BYTES * total || status.length < total) throw new RangeError(`no room for ${total} messages`);
  const digests = createMessageDigests(keccak, orders, tables);
  const view = viewOf(orders);
  const idWords = wordsOf(ids);
  const [digestLongs, idLongs] = [longsOf(digests.digests), longsOf(ids)];
  const structWords = structHashes && wordsOf(structHashes);
  const assetCount = tables.assets.length / 32;
  const currencyCount = tables.currencies.length / 32;
  const accountCount = tables.accounts.length / 20;
  const messages = new Int32Array(PLACES);

  return {
    capacity: PLACES,
    messages,
    digests: digests.digests,
    read(from, to) {
      let count = 0;
      for (let message = from; message < to; message++) {
        const offset = message * ORDER_BYTES;
        if (isOrderWellFormed(orders, view, offset, assetCount, currencyCount, accountCount)) {
          digests.add(offset);
          messages[count++] = message;
        } else {
          idWords.fill(0, 8 * message, 8 * message + 8); // done again, it has to come out the same
          structWords?.fill(0, 8 * message, 8 * message + 8);
          status[message] = ORDER_STATUS.malformed;
        }
      }
      digests.finish();
      for (let place = 0; place < count; place++) {
        const at = 8 * (messages[place] ?? 0);
        copyHash(digestLongs, 4 * place, idLongs, at >> 1);
        if (structWords !== undefined) copyWords(digests.structHashes, 8 * place, structWords, at, 8);
      }
      return count;
    },
  };
}
