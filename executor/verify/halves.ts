/**
 * `bytes` in units of two: what stands behind the two bytes that begin an EIP-712 envelope is at an even place, not at a
 * multiple of four.
 */
export function halvesOf(bytes: Uint8Array): Uint16Array {
  return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
}
