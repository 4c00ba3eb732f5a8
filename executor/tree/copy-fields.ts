import type { KeccakBatch } from "../keccak/keccak-batch.ts";

/** `bytes` as words of 64 bits, to be copied. */
export const longsOf = (bytes: Uint8Array): BigInt64Array =>
  new BigInt64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);

/** The words of a batch as such words; they begin on one. */
export const longsIn = ({ words }: KeccakBatch): BigInt64Array =>
  new BigInt64Array(words.buffer, words.byteOffset, words.length >> 1);

/** Copies an address by words of 32 bits. Written out, like the next: a loop of so few turns costs as much as what it copies. */
export function copyAddress(source: Int32Array, from: number, target: Int32Array, to: number): void {
  target[to] = source[from] ?? 0;
  target[to + 1] = source[from + 1] ?? 0;
  target[to + 2] = source[from + 2] ?? 0;
  target[to + 3] = source[from + 3] ?? 0;
  target[to + 4] = source[from + 4] ?? 0;
}

/** Copies 32 bytes by words of 64 bits. */
export function copyHash(source: BigInt64Array, from: number, target: BigInt64Array, to: number): void {
  target[to] = source[from] ?? 0n;
  target[to + 1] = source[from + 1] ?? 0n;
  target[to + 2] = source[from + 2] ?? 0n;
  target[to + 3] = source[from + 3] ?? 0n;
}
