import type { ProofBook, ProvedChunk, ProvedTrade } from "../proof-book.ts";
import { keccakOf, numberOf, wordOf } from "./hash.ts";

export const RECEIPT_BYTES = 64;

/** One hash, recomputed from what the step before gave, beside the one that was published. */
export interface Step {
  readonly name: string;
  readonly how: string;
  readonly computed: string;
  readonly published: string;
  readonly agrees: boolean;
}

/** `keccak256(0x00 ‖ bytes)` (docs/formats.md, section 3). */
const LEAF = new Uint8Array(1);

/**
 * Recomputes every hash from the bytes of a receipt up to the one the settlement desk keeps. Each step goes on from what was
 * *computed*, so that a receipt that is not in the batch disagrees all the way up. Independent of the executor, on purpose.
 */
export function recompute(book: ProofBook, trade: ProvedTrade, chunk: ProvedChunk, receipt: Uint8Array): Step[] {
  const leaf = keccakOf(LEAF, receipt);
  const receiptsRoot = climb(leaf, trade.place, trade.proof);
  const chunkLeaf = keccakOf(LEAF, ...chunkFields(chunk, receiptsRoot));
  const chunksRoot = climb(chunkLeaf, chunk.index, chunk.proof);
  const batchHash = keccakOf(...headerWords(book, chunksRoot));

  return [
    step("Receipt leaf", "keccak of a zero byte and the 64 bytes", leaf, trade.leaf),
    step(
      "Receipts root",
      `up ${trade.proof.length} siblings, from place ${trade.place}`,
      receiptsRoot,
      chunk.receiptsRoot,
    ),
    step("Chunk leaf", `keccak of the fields of chunk ${chunk.index}, with that root`, chunkLeaf, chunk.leaf),
    step(
      "Chunks root",
      `up ${chunk.proof.length} siblings, from place ${chunk.index}`,
      chunksRoot,
      book.header.chunksRoot,
    ),
    step("Batch hash", "keccak of chain, desk and header, with that root", batchHash, book.batchHash),
  ];
}

function step(name: string, how: string, computed: string, published: string): Step {
  return { name, how, computed, published, agrees: computed === published.toLowerCase() };
}

/** The root over a leaf; a place outside the tree has none. */
function climb(leaf: string, place: number, proof: readonly string[]): string {
  if (place < 0 || proof.length > 31 || place >> proof.length !== 0) return "0x";
  return proof.reduce((node, sibling, depth) => {
    const [left, right] = ((place >> depth) & 1) === 1 ? [sibling, node] : [node, sibling];
    return keccakOf(wordOf(left), wordOf(right));
  }, leaf);
}

function chunkFields(chunk: ProvedChunk, receiptsRoot: string) {
  const { index, firstInstruction, instructionCount, movementCount, ...roots } = chunk;
  return [
    ...[index, firstInstruction, instructionCount, movementCount].map((field) => numberOf(field, 4)),
    ...[roots.instructionsRoot, receiptsRoot, roots.movementsRoot, roots.netHash].map(wordOf),
  ];
}

function headerWords({ chainId, desk, header }: ProofBook, chunksRoot: string) {
  const { number, mode, time, openingBlock, instructionCount, chunkCount, positionsRoot, fileHash } = header;
  return [
    numberOf(chainId, 32),
    new Uint8Array(12),
    wordOf(desk),
    ...[number, mode, time, openingBlock, instructionCount, chunkCount].map((field) => numberOf(field, 32)),
    wordOf(chunksRoot),
    wordOf(positionsRoot),
    wordOf(fileHash),
  ];
}
