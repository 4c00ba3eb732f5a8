import type { Keccak } from "../formats/keccak.ts";
import { ORDER_LAYOUT } from "../formats/message-layouts.ts";

/**
 * The levels of a bulk order's tree over the struct hashes of its orders, from the leaves up to the root, plainly. Behind what
 * comes from orders, each level has one more node: that over nothing but orders of zeros, which fills all other places.
 */
export function bulkLevels(keccak: Keccak, leaves: readonly Uint8Array[], height: number): Uint8Array[][] {
  const hashPair = (left: Uint8Array, right: Uint8Array) => keccak(Buffer.concat([left, right]));
  const typeHash = keccak(Buffer.from(ORDER_LAYOUT.type));
  let empty = keccak(Buffer.concat([typeHash, new Uint8Array(32 * ORDER_LAYOUT.words.length)]));
  let nodes = [...leaves];
  const levels = [[...nodes, empty]];

  for (let level = 0; level < height; level++) {
    const below = nodes;
    const nothing = empty;
    nodes = Array.from({ length: Math.ceil(below.length / 2) }, (_, place) =>
      hashPair(below[2 * place] ?? nothing, below[2 * place + 1] ?? nothing),
    );
    empty = hashPair(nothing, nothing);
    levels.push([...nodes, empty]);
  }
  return levels;
}
