import type { BatchResult, ChunkResult } from "./batch-result.ts";
import { encodeChunk } from "./formats/chunk-leaf.ts";
import type { BatchHeader } from "./formats/header.ts";
import { fromHex, toHex } from "./formats/hex.ts";
import { INSTRUCTION_BYTES } from "./formats/instruction-record.ts";
import { loadKeccak } from "./formats/keccak.ts";
import { createLeafHasher, HASH_BYTES } from "./formats/merkle.ts";
import { RECEIPT_BYTES } from "./formats/receipt.ts";
import { chunksToSettle } from "./settle-batch.ts";
import { depthOf, type PositionalTree } from "./tree/positional-tree.ts";
import { treeOfRecords } from "./tree/whole-tree.ts";

/** That an instruction is one of those to which a batch's header committed. */
export interface InstructionProof {
  readonly chunk: number;
  /** Place of the instruction and its receipt in the chunk's trees. */
  readonly place: number;
  readonly instruction: string;
  readonly instructionProof: readonly string[];
  /** From the chunk's leaf to `chunksRoot`. */
  readonly chunkProof: readonly string[];
}

/** That an instruction and its receipt are what a batch's header committed to. */
export interface ReceiptProof extends InstructionProof {
  readonly receipt: string;
  readonly receiptProof: readonly string[];
}

/** The fields of a chunk that its leaf is made of. */
export type ChunkFields = Pick<
  ChunkResult,
  | "index"
  | "firstInstruction"
  | "instructionCount"
  | "movementCount"
  | "instructionsRoot"
  | "receiptsRoot"
  | "movementsRoot"
  | "netHash"
>;

/** A chunk with all its nodes: whoever asks for one proof asks for others next, and hashing takes all the time of the first. */
interface ProvedChunk {
  readonly chunk: ChunkFields;
  readonly chunkProof: readonly string[];
  readonly instructions: PositionalTree;
  readonly receipts: PositionalTree;
}

/** So many chunks of a result are kept, those that were asked for last; half a megabyte each at their usual size. */
const MAX_CHUNKS_KEPT = 16;

const provedLast = new WeakMap<BatchResult, readonly ProvedChunk[]>();

/** Proves the instruction at `index` in canonical order. */
export async function proveInstruction(result: BatchResult, index: number): Promise<InstructionProof> {
  return instructionProof(result, await chunkWith(result, index), index);
}

/** Proves the outcome of the instruction at `index` in canonical order. */
export async function proveReceipt(result: BatchResult, index: number): Promise<ReceiptProof> {
  const proved = await chunkWith(result, index);
  const proof = instructionProof(result, proved, index);

  return {
    ...proof,
    receipt: toHex(result.receipts, index * RECEIPT_BYTES, RECEIPT_BYTES),
    receiptProof: proved.receipts.proof(proof.place),
  };
}

/** Whether `header` committed to `chunk` with the instruction of `proof` in it, and with its receipt if it has one. */
export async function verifyRecords(
  header: Pick<BatchHeader, "chunksRoot" | "chunkCount">,
  chunk: ChunkFields,
  proof: InstructionProof & Partial<ReceiptProof>,
): Promise<boolean> {
  const { instructionCount, instructionsRoot, receiptsRoot } = chunk;
  const { place, instruction, instructionProof: own, receipt, receiptProof } = proof;

  return (
    isPlaced(instructionCount, place, own) &&
    instruction.length === 2 + 2 * INSTRUCTION_BYTES &&
    (await isChunkCommitted(header, chunk, proof.chunkProof)) &&
    (await verifyProof(instruction, place, own, instructionsRoot)) &&
    (receipt === undefined ||
      (receiptProof !== undefined &&
        isPlaced(instructionCount, place, receiptProof) &&
        receipt.length === 2 + 2 * RECEIPT_BYTES &&
        (await verifyProof(receipt, place, receiptProof, receiptsRoot))))
  );
}

/** Whether `header` committed to `chunk`. */
export async function isChunkCommitted(
  header: Pick<BatchHeader, "chunksRoot" | "chunkCount">,
  chunk: ChunkFields,
  chunkProof: readonly string[],
): Promise<boolean> {
  return (
    isPlaced(header.chunkCount, chunk.index, chunkProof) &&
    (await verifyProof(chunkBytes(chunk), chunk.index, chunkProof, header.chunksRoot))
  );
}

/** The fields of a chunk alone. */
export function chunkFieldsOf({ leaf: _leaf, net: _net, ...fields }: ChunkResult): ChunkFields {
  return fields;
}

/** Whether `place` is one of `count`, and `siblings` are as many as lead from it to the root. */
function isPlaced(count: number, place: number, siblings: readonly string[]): boolean {
  return place < count && siblings.length === depthOf(count);
}

/** Whether `proof` leads from the leaf of `bytes` (hexadecimal) at `place` to `root`. */
export async function verifyProof(
  bytes: string,
  place: number | bigint,
  proof: readonly string[],
  root: string,
): Promise<boolean> {
  const keccak = await loadKeccak();
  const length = (bytes.length - 2) / 2;
  const path = BigInt(place);
  let node = createLeafHasher(keccak, length)(fromHex(bytes, length), 0);

  for (const [depth, sibling] of proof.entries()) {
    const pair = [node, fromHex(sibling, HASH_BYTES)];
    if (((path >> BigInt(depth)) & 1n) === 1n) pair.reverse();
    node = keccak(Buffer.concat(pair));
  }
  return path >> BigInt(proof.length) === 0n && toHex(node) === root.toLowerCase();
}

function chunkBytes(chunk: ChunkFields): string {
  const bytes = encodeChunk({
    ...chunk,
    instructionsRoot: fromHex(chunk.instructionsRoot, HASH_BYTES),
    receiptsRoot: fromHex(chunk.receiptsRoot, HASH_BYTES),
    movementsRoot: fromHex(chunk.movementsRoot, HASH_BYTES),
    netHash: fromHex(chunk.netHash, HASH_BYTES),
  });
  return toHex(bytes);
}

function instructionProof(result: BatchResult, proved: ProvedChunk, index: number): InstructionProof {
  const place = index - proved.chunk.firstInstruction;
  return {
    chunk: proved.chunk.index,
    place,
    instruction: toHex(result.instructions, index * INSTRUCTION_BYTES, INSTRUCTION_BYTES),
    instructionProof: proved.instructions.proof(place),
    chunkProof: proved.chunkProof,
  };
}

async function chunkWith(result: BatchResult, index: number): Promise<ProvedChunk> {
  const holds = ({ firstInstruction: first, instructionCount: count }: ChunkFields) =>
    index >= first && index < first + count;
  const kept = provedLast.get(result) ?? [];
  const known = kept.find(({ chunk }) => holds(chunk));
  if (known !== undefined) return known;

  const settled = (await chunksToSettle(result)).find(({ chunk }) => holds(chunk));
  if (settled === undefined) throw new RangeError(`the batch has no instruction ${index}`);
  const { chunk, proof: chunkProof } = settled;
  const { firstInstruction: first, instructionCount: count } = chunk;
  const proved = {
    chunk,
    chunkProof,
    instructions: treeOfRecords({ records: result.instructions, size: INSTRUCTION_BYTES, first, count }),
    receipts: treeOfRecords({ records: result.receipts, size: RECEIPT_BYTES, first, count }),
  };
  provedLast.set(result, [proved, ...kept].slice(0, MAX_CHUNKS_KEPT));
  return proved;
}
