import { requireInput } from "../errors.ts";
import { isHex, toHex } from "../formats/hex.ts";

export const ADDRESS_BYTES = 20;

/** The address at `place` of many, in lower case. */
export function addressAt(addresses: Uint8Array, place: number): string {
  return toHex(addresses, place * ADDRESS_BYTES, ADDRESS_BYTES);
}

/** `address` in lower case. */
export function normalAddress(address: string): string {
  requireInput(isHex(address, ADDRESS_BYTES), `"${address}" is not an address`);
  return address.toLowerCase();
}

/** Negative if the address at `a` is the lower one, positive if the one at `b` is, zero if they are the same. */
export function compareAddresses(a: Uint8Array, aOffset: number, b: Uint8Array, bOffset: number): number {
  for (let i = 0; i < ADDRESS_BYTES; i++) {
    const difference = (a[aOffset + i] ?? 0) - (b[bOffset + i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
