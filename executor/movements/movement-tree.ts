import type { BatchResult, ChunkResult } from "../batch-result.ts";
import type { Opening } from "../formats/batch-file.ts";
import { toHex } from "../formats/hex.ts";
import { type Keccak, loadKeccak } from "../formats/keccak.ts";
import { createLeafHasher, HASH_BYTES } from "../formats/merkle.ts";
import { encodeMovement, MOVEMENT_BYTES, type Movement } from "../formats/movement-leaf.ts";
import { chunksToSettle } from "../settle-batch.ts";
import type { PositionalTree } from "../tree/positional-tree.ts";
import { treeOfLeaves } from "../tree/whole-tree.ts";
import { comparePositions, DecidedRecords, isSamePosition } from "./decided-records.ts";

/** A chunk's movements in the order of their leaves, and the tree over them. */
export interface ChunkMovements {
  readonly movements: readonly Movement[];
  readonly tree: PositionalTree;
}

/** The same, with what shows that the batch committed to the chunk. */
export interface ProvedMovements extends ChunkMovements {
  readonly chunk: ChunkResult;
  readonly chunkProof: readonly string[];
}

/** Which instructions a chunk has. */
type Run = Pick<ChunkResult, "firstInstruction" | "instructionCount">;

/** So many chunks of a result are kept, those that were asked for last. */
const MAX_CHUNKS_KEPT = 8;

interface Kept {
  readonly records: DecidedRecords;
  readonly chunks: readonly ProvedMovements[];
}

const keptOf = new WeakMap<BatchResult, Kept>();

/** What the instructions of a chunk have moved, by their records and receipts. */
export function listMovements(records: DecidedRecords, { firstInstruction: first, instructionCount: count }: Run) {
  const changes = Array.from({ length: count }, (_, place) => first + place).flatMap((instruction) =>
    records.changesBy(instruction).map((change) => ({ ...change, instruction })),
  );
  changes.sort((a, b) => comparePositions(a, b) || a.instruction - b.instruction);

  const movements: Movement[] = [];
  for (const change of changes) {
    const last = movements.at(-1);
    const before = last !== undefined && isSamePosition(last, change) ? last.total : 0n;
    movements.push({ ...change, total: before + change.delta });
  }
  return movements;
}

/** The tree over `movements`, with all its nodes. */
export function movementTree(keccak: Keccak, movements: readonly Movement[]): PositionalTree {
  const hashLeaf = createLeafHasher(keccak, MOVEMENT_BYTES);
  const leaves = new Uint8Array(HASH_BYTES * movements.length);
  for (const [place, movement] of movements.entries()) {
    leaves.set(hashLeaf(encodeMovement(movement), 0), place * HASH_BYTES);
  }
  return treeOfLeaves(leaves);
}

/**
 * The movements of chunk `index`, found again from the batch file and the receipts. Throws if they are not what the chunk committed
 * to. A batch whose file follows another one needs `openingAfter`, see `readBatchFile`.
 */
export async function movementsOf(
  result: BatchResult,
  index: number,
  openingAfter?: (fileHash: string) => Opening,
): Promise<ProvedMovements> {
  const { records, chunks } = keptOf.get(result) ?? { records: new DecidedRecords(result, openingAfter), chunks: [] };
  const known = chunks.find(({ chunk }) => chunk.index === index);
  if (known !== undefined) return known;

  const settled = (await chunksToSettle(result))[index];
  if (settled === undefined) throw new RangeError(`the batch has no chunk ${index}`);
  const { chunk, proof: chunkProof } = settled;
  const movements = listMovements(records, chunk);
  const tree = movementTree(await loadKeccak(), movements);
  const root = toHex(tree.root());
  if (root !== chunk.movementsRoot || movements.length !== chunk.movementCount) {
    throw new Error(`the ${movements.length} movements of chunk ${index} have the root ${root}, not the chunk's`);
  }
  const proved = { chunk, chunkProof, movements, tree };
  keptOf.set(result, { records, chunks: [proved, ...chunks].slice(0, MAX_CHUNKS_KEPT) });
  return proved;
}
