import { toHex } from "../formats/hex.ts";
import { INSTRUCTION_BYTES } from "../formats/instruction-record.ts";
import type { Keccak } from "../formats/keccak.ts";
import { RECEIPT_BYTES } from "../formats/receipt.ts";
import type { PositionalTree } from "../tree/positional-tree.ts";
import { treeOfRecords } from "../tree/whole-tree.ts";
import type { PlacedRecords } from "./dispute.ts";
import { type ChunkMovements, movementTree } from "./movement-tree.ts";
import type { Exhibit } from "./prove-movement.ts";
import type { PublishedBatch, PublishedChunk } from "./published-batch.ts";

/** Says what is amiss with a chunk and cannot be proved on chain. */
export type Tell = (what: string) => void;

/** What a dispute of a chunk is put together from; trees that are not the chunk's own are left out. */
export interface Evidence {
  readonly chunk: PublishedChunk;
  readonly exhibit: Exhibit;
  readonly movements: ChunkMovements | undefined;
  readonly trees: { readonly instructions: PositionalTree; readonly receipts: PositionalTree } | undefined;
}

/** Hashes what was published of a chunk and leaves out what it did not commit to. */
export function gatherEvidence(
  keccak: Keccak,
  { header, records: { instructions, receipts } }: PublishedBatch,
  chunk: PublishedChunk,
  tell: Tell,
): Evidence {
  const { firstInstruction: first, instructionCount: count, ...fields } = chunk.fields;
  const exhibit = { number: header.number, chunk: chunk.fields, chunkProof: chunk.chunkProof };
  const isThere = first + count <= Math.min(instructions.length / INSTRUCTION_BYTES, receipts.length / RECEIPT_BYTES);
  const trees = isThere
    ? {
        instructions: treeOfRecords({ records: instructions, size: INSTRUCTION_BYTES, first, count }),
        receipts: treeOfRecords({ records: receipts, size: RECEIPT_BYTES, first, count }),
      }
    : undefined;
  const tree = movementTree(keccak, chunk.movements);
  const isSame = (own: PositionalTree, root: string) => toHex(own.root()) === root;
  const hasRecords =
    trees !== undefined &&
    isSame(trees.instructions, fields.instructionsRoot) &&
    isSame(trees.receipts, fields.receiptsRoot);
  const hasMovements = isSame(tree, fields.movementsRoot) && chunk.movements.length === fields.movementCount;

  if (!hasRecords) tell("the instructions and receipts to which it committed are not those that were published");
  if (!hasMovements) tell("the movements to which it committed are not those that were published");
  const movements = hasMovements ? { movements: chunk.movements, tree } : undefined;
  return { chunk, exhibit, movements, trees: hasRecords ? trees : undefined };
}

/** An instruction and its receipt with what proves them to be in their chunk. */
export function placeRecords({ records }: PublishedBatch, { chunk, trees }: Evidence, index: number): PlacedRecords {
  const place = index - chunk.fields.firstInstruction;
  return {
    index,
    instruction: toHex(records.instructions, index * INSTRUCTION_BYTES, INSTRUCTION_BYTES),
    instructionProof: trees?.instructions.proof(place) ?? [],
    receipt: toHex(records.receipts, index * RECEIPT_BYTES, RECEIPT_BYTES),
    receiptProof: trees?.receipts.proof(place) ?? [],
  };
}
