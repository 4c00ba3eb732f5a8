import { copyWords, wordsOf } from "../formats/integers.ts";
import { ORDER_AT, ORDER_BYTES } from "../formats/order-record.ts";
import { hashBatches } from "./hash-batches.ts";
import type { MessageBlock } from "./message-block.ts";

/** Writes keccak256 of id and signature of the `count` messages of a block, by place, 8 words each; they stay until the next call. */
export function createFingerprints(orders: Uint8Array, block: MessageBlock): (count: number) => Int32Array {
  const { known } = hashBatches();
  const records = wordsOf(orders);
  const digests = wordsOf(block.digests);

  return (count) => {
    for (let place = 0; place < count; place++) {
      const signatureAt = (block.messages[place] ?? 0) * ORDER_BYTES + ORDER_AT.signature;
      const to = place * known.wordStride;
      copyWords(digests, 8 * place, known.words, to, 8);
      copyWords(records, signatureAt >> 2, known.words, to + 8, 16);
      known.input[place * known.stride + 96] = orders[signatureAt + 64] ?? 0;
    }
    if (count > 0) known.hash(count);
    return known.outputWords;
  };
}
