import secp256k1 from "secp256k1";
import { fromHex } from "../formats/hex.ts";
import { copyBytes } from "../formats/integers.ts";
import type { Keccak } from "../formats/keccak.ts";

/** Half of the curve's order: `s` above it is the other, malleable signature of the same message. */
const HALF_ORDER = fromHex("0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0", 32);

const S_AT = 32;
const V_AT = 64;
const FIRST_V = 27;

/** Whether `r ‖ s ‖ v` at `signatureOffset` is the signature over `digest` of the address at `signerOffset`. */
export type SignatureCheck = (
  digest: Uint8Array,
  bytes: Uint8Array,
  signatureOffset: number,
  signerOffset: number,
) => boolean;

/** A signature check with its own buffers, so that nothing is allocated per signature but one hash. */
export function createSignatureCheck(keccak: Keccak): SignatureCheck {
  const compact = new Uint8Array(64);
  const publicKey = new Uint8Array(65);
  const point = publicKey.subarray(1);

  return (digest, bytes, signatureOffset, signerOffset) => {
    const recovery = (bytes[signatureOffset + V_AT] ?? 0) - FIRST_V;
    if ((recovery !== 0 && recovery !== 1) || isHighS(bytes, signatureOffset + S_AT)) return false;

    copyBytes(bytes, signatureOffset, compact, 0, 64);
    try {
      secp256k1.ecdsaRecover(compact, recovery, digest, false, publicKey);
    } catch {
      return false; // r or s is zero or beyond the order, or no point has this r: the library says so by throwing
    }

    const hash = keccak(point);
    for (let i = 0; i < 20; i++) if (hash[12 + i] !== bytes[signerOffset + i]) return false;
    return true;
  };
}

/** Whether the 32-byte `s` at `offset` is in the upper half of the curve. */
export function isHighS(bytes: Uint8Array, offset: number): boolean {
  for (let i = 0; i < 32; i++) {
    const difference = (bytes[offset + i] ?? 0) - (HALF_ORDER[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
