/** Zero amounts in shared memory. */
export function sharedAmounts(count: number): BigInt64Array {
  return new BigInt64Array(new SharedArrayBuffer(8 * count));
}
