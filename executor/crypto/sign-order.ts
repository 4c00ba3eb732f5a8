import secp256k1 from "secp256k1";
import { requireInput } from "../errors.ts";
import { fromHex, toHex } from "../formats/hex.ts";
import { loadKeccak } from "../formats/keccak.ts";
import type { Order, SignedOrder } from "../formats/order-record.ts";
import { createOrderDigests } from "./order-digests.ts";

/** Signs orders for one desk, and tells their ids. */
export interface OrderSigner {
  /** The order id: its EIP-712 digest. */
  orderId(order: Order): string;
  sign(order: Order, privateKey: Uint8Array): SignedOrder;
}

/** The address of a private key. */
export async function addressOf(privateKey: Uint8Array): Promise<string> {
  const keccak = await loadKeccak();
  return toHex(keccak(secp256k1.publicKeyCreate(privateKey, false).subarray(1)), 12, 20);
}

/**
 * A signer for many orders (tests, demonstrations, market makers), on the native library instead of a wallet's
 * JavaScript. Quantities and prices have to fit the executor's 63 bits.
 */
export async function createOrderSigner(chainId: bigint, desk: string): Promise<OrderSigner> {
  const digests = await createOrderDigests(chainId, desk);

  return {
    orderId: (order) => toHex(digests.orderId(order)),
    sign: (order, privateKey) => ({ ...order, signature: signDigest(digests.orderId(order), privateKey) }),
  };
}

/** `r ‖ s ‖ v` over `digest`. */
export function signDigest(digest: Uint8Array, privateKey: Uint8Array): string {
  const { signature, recid } = secp256k1.ecdsaSign(digest, privateKey);
  return `${toHex(signature)}${(27 + recid).toString(16)}`;
}

/** A private key from 32 bytes in hexadecimal. */
export function privateKeyFrom(hex: string): Uint8Array {
  const key = fromHex(hex, 32);
  requireInput(secp256k1.privateKeyVerify(key), "the private key is zero or beyond the curve's order");
  return key;
}
