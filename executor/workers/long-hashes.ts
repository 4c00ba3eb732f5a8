import { hashParts, type KeccakOfParts } from "../formats/keccak.ts";
import { HASH_BYTES } from "../formats/merkle.ts";
import type { RangeOfItems, RangeWork } from "./jobs.ts";
import type { JobRunner, RunOptions } from "./pool.ts";
import { sharedBytes } from "./shared-bytes.ts";

/** Bytes of a message that are copied for every thread without anybody noticing. */
const MOST_COPIED = 2 ** 16;

/** A message that may lie in parts. */
export type LongMessage = readonly Uint8Array[];

/** keccak256 of messages that are too long and too different to be hashed many at once; each is an item. */
export interface LongHashesJob extends RangeOfItems {
  readonly kind: "longHashes";
  /** In shared memory, or they are copied for every thread. */
  readonly messages: readonly LongMessage[];
  /** 32 bytes per message. */
  readonly hashes: Uint8Array;
}

export function hashLong(keccak: KeccakOfParts, { messages, hashes }: LongHashesJob): RangeWork {
  return (from, to) => {
    for (const [place, parts] of messages.slice(from, to).entries()) {
      hashes.set(keccak(parts), (from + place) * HASH_BYTES);
    }
  };
}

/** Hashes one long message on a thread of `pool`, while the calling one goes on; or here, if there is none or the message would have to be copied. */
export async function hashOnThread(message: LongMessage, pool: JobRunner, options: RunOptions): Promise<Uint8Array> {
  const copied = message.reduce((sum, { buffer, length }) => sum + (isShared(buffer) ? 0 : length), 0);
  if (pool.size === 0 || copied > MOST_COPIED) return hashParts(message);

  const hashes = sharedBytes(HASH_BYTES);
  await pool.run({ kind: "longHashes", total: 1, pieceSize: 1, messages: [message], hashes }, options);
  return hashes;
}

const isShared = (buffer: ArrayBufferLike): boolean => buffer instanceof SharedArrayBuffer;
