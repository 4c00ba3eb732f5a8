import { viewOf } from "./integers.ts";

export const CHUNK_BYTES = 144;

/** What a chunk's leaf is made of. */
export interface ChunkLeaf {
  readonly index: number;
  readonly firstInstruction: number;
  readonly instructionCount: number;
  readonly movementCount: number;
  readonly instructionsRoot: Uint8Array;
  readonly receiptsRoot: Uint8Array;
  readonly movementsRoot: Uint8Array;
  readonly netHash: Uint8Array;
}

/** The bytes of a chunk's leaf: `abi.encodePacked` of its fields. */
export function encodeChunk(chunk: ChunkLeaf): Uint8Array {
  const bytes = new Uint8Array(CHUNK_BYTES);
  const view = viewOf(bytes);

  view.setUint32(0, chunk.index);
  view.setUint32(4, chunk.firstInstruction);
  view.setUint32(8, chunk.instructionCount);
  view.setUint32(12, chunk.movementCount);
  bytes.set(chunk.instructionsRoot, 16);
  bytes.set(chunk.receiptsRoot, 48);
  bytes.set(chunk.movementsRoot, 80);
  bytes.set(chunk.netHash, 112);

  return bytes;
}
