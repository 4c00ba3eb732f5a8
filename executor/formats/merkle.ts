import { toHex } from "./hex.ts";
import type { Keccak } from "./keccak.ts";

/** Bytes of a hash. */
export const HASH_BYTES = 32;

/** `keccak256(0x00 ‖ bytes)` of each of `count` records of `size` bytes; one buffer serves them all. */
export function createLeafHasher(keccak: Keccak, size: number): (records: Uint8Array, offset: number) => Uint8Array {
  const preimage = new Uint8Array(1 + size);

  return (records, offset) => {
    for (let i = 0; i < size; i++) preimage[1 + i] = records[offset + i] ?? 0;
    return keccak(preimage);
  };
}

/** `keccak256(0x00 ‖ bytes)`. */
export function leafHash(keccak: Keccak, bytes: Uint8Array): Uint8Array {
  return createLeafHasher(keccak, bytes.length)(bytes, 0);
}

/**
 * The levels of the positional tree over `leaves` (32 bytes each), from the leaves up. Places beyond the last leaf are
 * not stored: at each depth they all hold the same node, `empty[depth]`.
 */
function buildLevels(keccak: Keccak, leaves: Uint8Array): { levels: Uint8Array[]; empty: Uint8Array[] } {
  const levels: Uint8Array[] = [leaves];
  const empty: Uint8Array[] = [new Uint8Array(HASH_BYTES)];
  const pair = new Uint8Array(2 * HASH_BYTES);

  for (let level: Uint8Array = leaves; level.length > HASH_BYTES; ) {
    const nothing = empty[empty.length - 1] ?? new Uint8Array(HASH_BYTES);
    const above = new Uint8Array(Math.ceil(level.length / pair.length) * HASH_BYTES);
    for (let place = 0; place * HASH_BYTES < above.length; place++) {
      const left = level.subarray(place * pair.length, (place + 1) * pair.length);
      pair.set(nothing, HASH_BYTES);
      pair.set(left);
      above.set(keccak(pair), place * HASH_BYTES);
    }
    pair.set(nothing);
    pair.set(nothing, HASH_BYTES);
    empty.push(keccak(pair));
    levels.push(above);
    level = above;
  }
  return { levels, empty };
}

/** The root over `leaves`, 32 bytes each: zero of none, the leaf of one. */
export function merkleRoot(keccak: Keccak, leaves: Uint8Array): Uint8Array {
  if (leaves.length === 0) return new Uint8Array(HASH_BYTES);
  const { levels } = buildLevels(keccak, leaves);
  return (levels[levels.length - 1] ?? leaves).slice(0, HASH_BYTES);
}

/** The siblings of leaf `index`, from the leaf up. */
export function merkleProof(keccak: Keccak, leaves: Uint8Array, index: number): string[] {
  const { levels, empty } = buildLevels(keccak, leaves);

  return levels.slice(0, -1).map((level, depth) => {
    const offset = ((index >> depth) ^ 1) * HASH_BYTES;
    return offset < level.length ? toHex(level, offset, HASH_BYTES) : toHex(empty[depth] ?? new Uint8Array(HASH_BYTES));
  });
}
