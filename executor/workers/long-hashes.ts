import type { Keccak } from "../formats/keccak.ts";
import { HASH_BYTES } from "../formats/merkle.ts";
import type { RangeOfItems, RangeWork } from "./jobs.ts";

/** keccak256 of messages that are too long and too different to be hashed many at once; each is an item. */
export interface LongHashesJob extends RangeOfItems {
  readonly kind: "longHashes";
  /** In shared memory, or they are copied for every thread. */
  readonly messages: readonly Uint8Array[];
  /** 32 bytes per message. */
  readonly hashes: Uint8Array;
}

export function hashLong(keccak: Keccak, { messages, hashes }: LongHashesJob): RangeWork {
  return (from, to) => {
    for (const [place, message] of messages.slice(from, to).entries()) {
      hashes.set(keccak(message), (from + place) * HASH_BYTES);
    }
  };
}
