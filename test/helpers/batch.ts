import { concat, id, keccak256, solidityPackedKeccak256, ZeroHash } from "ethers";
import { type NetVector, netHash } from "./net-vector.ts";

export interface ChunkHeader {
  index: bigint;
  firstInstruction: bigint;
  instructionCount: bigint;
  movementCount: bigint;
  instructionsRoot: string;
  receiptsRoot: string;
  movementsRoot: string;
  netHash: string;
}

export interface BatchHeader {
  number: bigint;
  mode: bigint;
  time: bigint;
  openingBlock: bigint;
  instructionCount: bigint;
  chunkCount: bigint;
  chunksRoot: string;
  positionsRoot: string;
  fileHash: string;
}

export interface PlannedChunk {
  chunk: ChunkHeader;
  proof: string[];
  vector: NetVector;
}

export interface PlannedBatch {
  header: BatchHeader;
  chunks: PlannedChunk[];
}

/** A batch whose chunks move the given vectors; its instructions are made up, two in each chunk. */
export function planBatch(number: bigint, vectors: readonly NetVector[]): PlannedBatch {
  const planned = vectors.map((vector, place) => ({ vector, chunk: chunkHeader(number, BigInt(place), vector) }));
  const leaves = planned.map(({ chunk }) => chunkLeaf(chunk));

  return {
    header: {
      number,
      mode: 0n,
      time: 1_800_000_000n,
      openingBlock: 1n,
      instructionCount: BigInt(vectors.length) * 2n,
      chunkCount: BigInt(vectors.length),
      chunksRoot: merkleRoot(leaves),
      positionsRoot: id(`positions after ${number}`),
      fileHash: id(`file ${number}`),
    },
    chunks: planned.map(({ vector, chunk }, place) => ({ chunk, proof: merkleProof(leaves, place), vector })),
  };
}

function chunkHeader(number: bigint, index: bigint, vector: NetVector): ChunkHeader {
  return {
    index,
    firstInstruction: index * 2n,
    instructionCount: 2n,
    movementCount: 8n,
    instructionsRoot: id(`instructions ${number}/${index}`),
    receiptsRoot: id(`receipts ${number}/${index}`),
    movementsRoot: id(`movements ${number}/${index}`),
    netHash: netHash(vector),
  };
}

export function chunkLeaf(chunk: ChunkHeader): string {
  return solidityPackedKeccak256(
    ["uint8", "uint32", "uint32", "uint32", "uint32", "bytes32", "bytes32", "bytes32", "bytes32"],
    [
      0,
      chunk.index,
      chunk.firstInstruction,
      chunk.instructionCount,
      chunk.movementCount,
      chunk.instructionsRoot,
      chunk.receiptsRoot,
      chunk.movementsRoot,
      chunk.netHash,
    ],
  );
}

/** The plain way: fill up with zero words to a power of two, then halve until one is left. */
export function merkleRoot(leaves: readonly string[]): string {
  return levels(leaves).at(-1)?.[0] ?? ZeroHash;
}

export function merkleProof(leaves: readonly string[], index: number): string[] {
  return levels(leaves)
    .slice(0, -1)
    .map((level, depth) => level[(index >> depth) ^ 1] ?? ZeroHash);
}

function levels(leaves: readonly string[]): string[][] {
  let level = [...leaves];
  while (!Number.isInteger(Math.log2(level.length || 1))) level.push(ZeroHash);

  const all = [level];
  while (level.length > 1) {
    const below = level;
    level = below
      .filter((_, i) => i % 2 === 0)
      .map((left, i) => keccak256(concat([left, below[2 * i + 1] ?? ZeroHash])));
    all.push(level);
  }
  return all;
}
