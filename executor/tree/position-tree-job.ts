import type { RangeOfItems, RangeWork } from "../workers/jobs.ts";
import { createLevelHasher, raiseToParents } from "./hash-nodes.ts";
import { createPositionHasher } from "./hash-positions.ts";
import { listIn, type NodeHeap } from "./node-heap.ts";
import type { PositionTable } from "./position-table.ts";

/** The touched leaves of a tree and all nodes above them up to the tops of subtrees; each piece is one subtree. */
export interface PositionTreeJob extends RangeOfItems {
  readonly kind: "positionTree";
  readonly table: PositionTable;
  readonly heap: NodeHeap;
  /** Touched places, ascending, each once. */
  readonly places: Uint32Array;
  /** Where in `places` each subtree's begin, and the end of the last. */
  readonly bounds: Uint32Array;
  /** Levels from a leaf to the top of its subtree. */
  readonly height: number;
  /** Gets how many hashes each subtree took. */
  readonly hashes: Uint32Array;
}

/** Hashes subtrees: their touched leaves, then level by level the parents of what has changed. */
export function hashPositionSubtrees({ table, heap, places, bounds, height, hashes }: PositionTreeJob): RangeWork {
  const hashLeaves = createPositionHasher(heap, table);
  const hashLevel = createLevelHasher(heap);

  return (fromPiece, toPiece) => {
    for (let piece = fromPiece; piece < toPiece; piece++) {
      const from = bounds[piece] ?? 0;
      let count = (bounds[piece + 1] ?? from) - from;
      let hashed = count;
      const list = listIn(heap, piece, from, count);

      hashLeaves(places, from, count);
      for (let i = 0; i < count; i++) list[i] = heap.capacity + (places[from + i] ?? 0);
      for (let level = 0; level < height; level++) {
        count = raiseToParents(list, count);
        hashLevel(list, count);
        hashed += count;
      }
      hashes[piece] = hashed;
    }
  };
}
