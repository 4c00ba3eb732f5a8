import { keccak_256 } from "@noble/hashes/sha3";

const HEX = /^0x([0-9a-f]{2})*$/;

/** keccak-256 of the joined `parts`, as hexadecimal. */
export function keccakOf(...parts: readonly Uint8Array[]): string {
  const hasher = keccak_256.create();
  for (const part of parts) hasher.update(part);
  return toHex(hasher.digest());
}

/** Bytes of "0x…" in either case; nothing if it is not that. */
export function fromHex(text: string): Uint8Array | undefined {
  const digits = text.trim().toLowerCase();
  if (!HEX.test(digits)) return undefined;
  return Uint8Array.from(digits.slice(2).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** A hash or another word that has to be hexadecimal. */
export function wordOf(text: string): Uint8Array {
  const bytes = fromHex(text);
  if (bytes === undefined) throw new RangeError(`"${text}" is not hexadecimal`);
  return bytes;
}

export function toHex(bytes: Uint8Array): string {
  return `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** `value` as a big-endian number of `size` bytes. */
export function numberOf(value: number | string, size: number): Uint8Array {
  return wordOf(
    `0x${BigInt(value)
      .toString(16)
      .padStart(size * 2, "0")}`,
  );
}
