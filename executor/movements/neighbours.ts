import type { Movement } from "../formats/movement-leaf.ts";
import { comparePositions, type PositionKey } from "./decided-records.ts";
import type { ChunkMovements } from "./movement-tree.ts";

/** A movement and where it stands in its chunk's tree. */
export interface PlacedMovement {
  readonly movement: Movement;
  readonly place: number;
  /** Siblings from the leaf up. */
  readonly proof: readonly string[];
}

/** Behind every instruction there can be. */
export const BEHIND_ALL = 2 ** 32;

/** Below zero if `movement` stands before where `instruction` of `position` would, zero if it is that one. */
export function compareTo(movement: Movement, position: PositionKey, instruction: number): number {
  return comparePositions(movement, position) || movement.instruction - instruction;
}

/**
 * The last movement that does not stand behind `instruction` of `position`, and the one after it: what shows where that is, or that it
 * is missing. At an edge of the tree there is only one, in an empty tree none.
 */
export function neighboursOf(
  { movements, tree }: ChunkMovements,
  position: PositionKey,
  instruction = BEHIND_ALL,
): PlacedMovement[] {
  let [low, high] = [0, movements.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const movement = movements[middle];
    if (movement !== undefined && compareTo(movement, position, instruction) <= 0) low = middle + 1;
    else high = middle;
  }
  return placeAll({ movements, tree }, [low - 1, low]);
}

/** The movements at `places`, as far as there are any. */
export function placeAll({ movements, tree }: ChunkMovements, places: readonly number[]): PlacedMovement[] {
  return places.flatMap((place) => {
    const movement = movements[place];
    return movement === undefined ? [] : [{ movement, place, proof: tree.proof(place) }];
  });
}
