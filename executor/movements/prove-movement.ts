import type { BatchResult } from "../batch-result.ts";
import type { Opening } from "../formats/batch-file.ts";
import type { BatchHeader } from "../formats/header.ts";
import { toHex } from "../formats/hex.ts";
import { encodeMovement } from "../formats/movement-leaf.ts";
import { type ChunkFields, chunkFieldsOf, isChunkCommitted, verifyProof } from "../prove.ts";
import { depthOf } from "../tree/positional-tree.ts";
import { isSamePosition, type PositionKey } from "./decided-records.ts";
import { movementsOf } from "./movement-tree.ts";
import { BEHIND_ALL, compareTo, neighboursOf, type PlacedMovement } from "./neighbours.ts";

/** A chunk, and that its batch committed to it. */
export interface Exhibit {
  /** Of the batch. */
  readonly number: bigint;
  readonly chunk: ChunkFields;
  /** Siblings of the chunk's leaf under `chunksRoot`. */
  readonly chunkProof: readonly string[];
}

/** What a chunk moved of a position, or that it moved nothing. */
export interface MovementProof {
  readonly exhibit: Exhibit;
  readonly position: PositionKey;
  /** See `neighboursOf`. */
  readonly neighbours: readonly PlacedMovement[];
}

/** Proves what `instruction` (its place in the batch) moved of a position in a chunk, or that it moved nothing of it. */
export async function proveMovement(
  result: BatchResult,
  chunk: number,
  position: PositionKey,
  instruction: number,
  openingAfter?: (fileHash: string) => Opening,
): Promise<MovementProof> {
  return prove(result, chunk, position, instruction, openingAfter);
}

/** Proves what all instructions of a chunk moved of a position: the last of its movements has the sum; or that there is none. */
export async function proveNet(
  result: BatchResult,
  chunk: number,
  position: PositionKey,
  openingAfter?: (fileHash: string) => Opening,
): Promise<MovementProof> {
  return prove(result, chunk, position, BEHIND_ALL, openingAfter);
}

/** What `proof` shows that `instruction` moved of its position; undefined if it shows nothing. */
export async function verifyMovement(
  header: Pick<BatchHeader, "chunksRoot" | "chunkCount">,
  proof: MovementProof,
  instruction: number,
): Promise<bigint | undefined> {
  const last = await verifyNeighbours(header, proof, instruction);
  if (last === undefined) return undefined;
  const isThere = last !== "none" && compareTo(last.movement, proof.position, instruction) === 0;
  return isThere ? last.movement.delta : 0n;
}

/** What `proof` shows that the chunk moved of its position on net; undefined if it shows nothing. */
export async function verifyNet(
  header: Pick<BatchHeader, "chunksRoot" | "chunkCount">,
  proof: MovementProof,
): Promise<bigint | undefined> {
  const last = await verifyNeighbours(header, proof, BEHIND_ALL);
  if (last === undefined) return undefined;
  return last !== "none" && isSamePosition(last.movement, proof.position) ? last.movement.total : 0n;
}

async function prove(
  result: BatchResult,
  index: number,
  asked: PositionKey,
  instruction: number,
  openingAfter: ((fileHash: string) => Opening) | undefined,
): Promise<MovementProof> {
  const position = { ...asked, account: asked.account.toLowerCase() };
  const { chunk, chunkProof, ...movements } = await movementsOf(result, index, openingAfter);
  const exhibit = { number: result.header.number, chunk: chunkFieldsOf(chunk), chunkProof };
  return { exhibit, position, neighbours: neighboursOf(movements, position, instruction) };
}

/** The last movement that does not stand behind the wanted one, "none" if there is none, undefined if that is not shown. */
async function verifyNeighbours(
  header: Pick<BatchHeader, "chunksRoot" | "chunkCount">,
  { exhibit: { chunk, chunkProof }, position, neighbours }: MovementProof,
  instruction: number,
): Promise<PlacedMovement | "none" | undefined> {
  const { movementsRoot, movementCount } = chunk;
  if (!(await isChunkCommitted(header, chunk, chunkProof))) return undefined;
  for (const { movement, place, proof } of neighbours) {
    const isPlaced = place < movementCount && proof.length === depthOf(movementCount);
    if (!isPlaced || !(await verifyProof(toHex(encodeMovement(movement)), place, proof, movementsRoot)))
      return undefined;
  }

  const [first, second] = neighbours;
  if (first === undefined) return movementCount === 0 ? "none" : undefined;
  const isBefore = compareTo(first.movement, position, instruction) <= 0;
  if (second === undefined) {
    if (isBefore) return first.place === movementCount - 1 ? first : undefined;
    return first.place === 0 ? "none" : undefined;
  }
  const isAround = isBefore && compareTo(second.movement, position, instruction) > 0;
  return isAround && second.place === first.place + 1 && neighbours.length === 2 ? first : undefined;
}
