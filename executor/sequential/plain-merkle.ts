import type { Keccak } from "../formats/keccak.ts";

/** The root over `leaves`, by the book: fill up with zero words to a power of two, then halve until one is left. */
export function plainRoot(keccak: Keccak, leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return new Uint8Array(32);

  let level = [...leaves];
  while ((level.length & (level.length - 1)) !== 0) level.push(new Uint8Array(32));
  while (level.length > 1) {
    level = Array.from({ length: level.length / 2 }, (_, i) => keccak(Buffer.concat(level.slice(2 * i, 2 * i + 2))));
  }
  return level[0] ?? new Uint8Array(32);
}
