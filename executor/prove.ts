import type { BatchResult } from "./batch-result.ts";
import { fromHex, toHex } from "./formats/hex.ts";
import { INSTRUCTION_BYTES } from "./formats/instruction-record.ts";
import { type Keccak, loadKeccak } from "./formats/keccak.ts";
import { createLeafHasher, HASH_BYTES, merkleProof } from "./formats/merkle.ts";
import { RECEIPT_BYTES } from "./formats/receipt.ts";
import { chunksToSettle } from "./settle-batch.ts";

/** That an instruction and its receipt are what a batch's header committed to. */
export interface ReceiptProof {
  readonly chunk: number;
  /** Place of the instruction and its receipt in the chunk's trees. */
  readonly place: number;
  readonly instruction: string;
  readonly instructionProof: readonly string[];
  readonly receipt: string;
  readonly receiptProof: readonly string[];
  /** From the chunk's leaf to `chunksRoot`. */
  readonly chunkProof: readonly string[];
}

/** Proves the outcome of the instruction at `index` in canonical order. */
export async function proveReceipt(result: BatchResult, index: number): Promise<ReceiptProof> {
  const keccak = await loadKeccak();
  const settled = (await chunksToSettle(result)).find(
    ({ chunk }) => index >= chunk.firstInstruction && index < chunk.firstInstruction + chunk.instructionCount,
  );
  if (settled === undefined) throw new RangeError(`the batch has no instruction ${index}`);

  const { firstInstruction: first, instructionCount: count } = settled.chunk;
  const place = index - first;
  const { instructions, receipts } = result;
  return {
    chunk: settled.chunk.index,
    place,
    instruction: toHex(instructions, index * INSTRUCTION_BYTES, INSTRUCTION_BYTES),
    instructionProof: merkleProof(keccak, leavesOf(keccak, instructions, INSTRUCTION_BYTES, first, count), place),
    receipt: toHex(receipts, index * RECEIPT_BYTES, RECEIPT_BYTES),
    receiptProof: merkleProof(keccak, leavesOf(keccak, receipts, RECEIPT_BYTES, first, count), place),
    chunkProof: settled.proof,
  };
}

function leavesOf(keccak: Keccak, records: Uint8Array, size: number, first: number, count: number): Uint8Array {
  const leafOf = createLeafHasher(keccak, size);
  const leaves = new Uint8Array(count * HASH_BYTES);
  for (let i = 0; i < count; i++) leaves.set(leafOf(records, (first + i) * size), i * HASH_BYTES);
  return leaves;
}

/** Whether `proof` leads from the leaf of `bytes` (hexadecimal) at `place` to `root`. */
export async function verifyProof(
  bytes: string,
  place: number,
  proof: readonly string[],
  root: string,
): Promise<boolean> {
  const keccak = await loadKeccak();
  const length = (bytes.length - 2) / 2;
  let node = createLeafHasher(keccak, length)(fromHex(bytes, length), 0);

  for (const [depth, sibling] of proof.entries()) {
    const pair = [node, fromHex(sibling, HASH_BYTES)];
    if (((place >> depth) & 1) === 1) pair.reverse();
    node = keccak(Buffer.concat(pair));
  }
  return proof.length < 32 && place >> proof.length === 0 && toHex(node) === root.toLowerCase();
}
