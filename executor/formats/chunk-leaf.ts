import { viewOf } from "./integers.ts";

export const CHUNK_BYTES = 108;

/** The bytes of a chunk leaf: `abi.encodePacked(index, firstInstruction, instructionCount, roots …, netHash)`. */
export function encodeChunk(
  index: number,
  firstInstruction: number,
  instructionCount: number,
  instructionsRoot: Uint8Array,
  receiptsRoot: Uint8Array,
  netHash: Uint8Array,
): Uint8Array {
  const bytes = new Uint8Array(CHUNK_BYTES);
  const view = viewOf(bytes);

  view.setUint32(0, index);
  view.setUint32(4, firstInstruction);
  view.setUint32(8, instructionCount);
  bytes.set(instructionsRoot, 12);
  bytes.set(receiptsRoot, 44);
  bytes.set(netHash, 76);

  return bytes;
}
