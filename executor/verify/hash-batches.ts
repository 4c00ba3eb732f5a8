import { createKeccakBatches, type KeccakBatch } from "../keccak/keccak-batch.ts";

/** Messages that are hashed at once: enough to hide a call's cost, few enough to stay in the cache. */
export const PLACES = 64;

/** Words of each type of struct, its type hash included; EIP-712's envelope; two hashes or a public key; an id and a signature. */
const STRUCT_WORDS = [4, 6, 8, 10] as const;
const ENVELOPE_BYTES = 66;
/** Where the envelope has the hash of the struct: as words, the batch begins there. */
const HASH_IN_ENVELOPE = 34;
const PAIR_BYTES = 64;
const KNOWN_BYTES = 97;
const TRADE_BYTES = 192;

/** What one thread hashes messages with. Each is filled and read within one call, so all work of a thread shares them. */
export interface HashBatches {
  /** By number of words. */
  readonly structs: ReadonlyMap<number, KeccakBatch>;
  /** The struct of a trade; messages of as many words have another, so that what is the same in all trades stays where it is. */
  readonly trade: KeccakBatch;
  /** `0x1901 ‖ separator ‖ hash`; see {@link openEnvelope}. */
  readonly envelope: KeccakBatch;
  /** Two hashes, or the two coordinates of a public key. */
  readonly pair: KeccakBatch;
  /** Id and signature of a message. */
  readonly known: KeccakBatch;
}

let batches: HashBatches | undefined;
let separatorInPlace: Uint8Array | undefined;

/** This thread's batches. */
export function hashBatches(): HashBatches {
  batches ??= createBatches();
  return batches;
}

function createBatches(): HashBatches {
  const lengths = [...STRUCT_WORDS.map((words) => 32 * words), ENVELOPE_BYTES, PAIR_BYTES, KNOWN_BYTES, TRADE_BYTES];
  const all = createKeccakBatches(
    lengths.map((length) => ({ length, capacity: PLACES, lead: length === ENVELOPE_BYTES ? HASH_IN_ENVELOPE : 0 })),
  );
  const batchOf = (length: number): KeccakBatch => {
    const batch = all[lengths.indexOf(length)];
    if (batch === undefined) throw new RangeError(`no batch of ${length} bytes`);
    return batch;
  };

  const envelope = batchOf(ENVELOPE_BYTES);
  for (let place = 0; place < PLACES; place++) envelope.input.set([0x19, 0x01], place * envelope.stride);
  return {
    structs: new Map(STRUCT_WORDS.map((words) => [words, batchOf(32 * words)])),
    trade: lastOf(all),
    envelope,
    pair: batchOf(PAIR_BYTES),
    known: batchOf(KNOWN_BYTES),
  };
}

function lastOf(batches: readonly KeccakBatch[]): KeccakBatch {
  const last = batches.at(-1);
  if (last === undefined) throw new RangeError("no batches");
  return last;
}

/** The envelope with `separator` in every place. Jobs of two desks may take turns in one thread, so each call asks for its own. */
export function openEnvelope({ envelope }: HashBatches, separator: Uint8Array): KeccakBatch {
  if (separatorInPlace !== separator) {
    for (let place = 0; place < PLACES; place++) envelope.input.set(separator, place * envelope.stride + 2);
    separatorInPlace = separator;
  }
  return envelope;
}
