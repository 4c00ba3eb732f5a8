/** `length` zero bytes in shared memory, where worker threads can read and write them. */
export function sharedBytes(length: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length));
}
