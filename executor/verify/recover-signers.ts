import secp256k1 from "secp256k1";
import { isHighS } from "../crypto/check-signature.ts";
import { copyWords, wordsOf } from "../formats/integers.ts";
import { hashBatches, PLACES } from "./hash-batches.ts";

const FIRST_V = 27;

/** Recovers the signers of up to {@link PLACES} digests and compares their addresses with those that they should have. */
export interface SignerRecovery {
  /**
   * Recovers from the digest at `digestPlace × 32` of `digests` and the 65-byte signature at `signatureAt`, which is a multiple
   * of four; item `item` is to have the signer at `signerAt`. A signature that nobody can have made is told by {@link finish}, too.
   */
  add(item: number, digestPlace: number, signatureAt: number, signerAt: number): void;
  /** Tells of every item that was added whether its signer is the right one. */
  finish(tell: (item: number, isSigned: boolean) => void): void;
}

/** A recovery of signatures that stand in `records`; the library's buffers are made once. */
export function createSignerRecovery(records: Uint8Array, digests: Uint8Array): SignerRecovery {
  const { pair } = hashBatches();
  const recordWords = wordsOf(records);
  const digestAt = Array.from({ length: PLACES }, (_, place) => digests.subarray(32 * place, 32 * place + 32));
  const compact = new Uint8Array(64);
  const compactWords = wordsOf(compact);
  // The point stands behind a byte that says it is uncompressed; so that it begins at a whole word, three bytes are left free.
  const key = new Uint8Array(new ArrayBuffer(68), 3, 65);
  const pointWords = new Int32Array(key.buffer, 4, 16);
  const items = new Int32Array(PLACES);
  const signers = new Int32Array(PLACES);
  const refused = new Int32Array(PLACES);
  let count = 0;
  let refusedCount = 0;

  function recover(digestPlace: number, signatureAt: number): boolean {
    const recovery = (records[signatureAt + 64] ?? 0) - FIRST_V;
    const digest = digestAt[digestPlace];
    if ((recovery !== 0 && recovery !== 1) || digest === undefined || isHighS(records, signatureAt + 32)) return false;

    copyWords(recordWords, signatureAt >> 2, compactWords, 0, 16);
    try {
      secp256k1.ecdsaRecover(compact, recovery, digest, false, key);
      return true;
    } catch {
      return false; // r or s is zero or beyond the order, or no point has this r: the library says so by throwing
    }
  }

  function isSigner(place: number, signerAt: number): boolean {
    for (let i = 0; i < 20; i++) if (pair.output[32 * place + 12 + i] !== records[signerAt + i]) return false;
    return true;
  }

  return {
    add(item, digestPlace, signatureAt, signerAt) {
      if (!recover(digestPlace, signatureAt)) {
        refused[refusedCount++] = item;
        return;
      }
      copyWords(pointWords, 0, pair.words, count * pair.wordStride, 16);
      signers[count] = signerAt;
      items[count++] = item;
    },
    finish(tell) {
      if (count > 0) pair.hash(count);
      for (let place = 0; place < count; place++) tell(items[place] ?? 0, isSigner(place, signers[place] ?? 0));
      for (let place = 0; place < refusedCount; place++) tell(refused[place] ?? 0, false);
      count = 0;
      refusedCount = 0;
    },
  };
}
