import { ExecutorInputError, type Message, textOf } from "../errors.ts";

/** The largest amount: engine amounts fit a signed 64-bit integer. */
export const MAX_AMOUNT = 2n ** 63n - 1n;

/** Written in a 64-bit field for an amount that does not fit or is not a whole number of engine units; never valid. */
export const NOT_AN_AMOUNT = 2n ** 64n - 1n;

/** `value` if it is an amount, else {@link NOT_AN_AMOUNT}, so that a wrong amount becomes a refusal and not an exception. */
export function amountOrMark(value: bigint): bigint {
  return value >= 0n && value <= MAX_AMOUNT ? value : NOT_AN_AMOUNT;
}

/** `baseUnits` in engine units, or {@link NOT_AN_AMOUNT} if it is not a multiple: amounts are never rounded. */
export function toEngineUnits(baseUnits: bigint, engineUnit: bigint): bigint {
  return baseUnits % engineUnit === 0n ? amountOrMark(baseUnits / engineUnit) : NOT_AN_AMOUNT;
}

/** Throws unless `value` is an integer of `bits` bits. */
export function requireBits(value: bigint | number, bits: number, name: Message): void {
  const fits = typeof value === "bigint" || Number.isSafeInteger(value);
  if (fits && value >= 0 && BigInt(value) < limitOf(bits)) return;
  throw new ExecutorInputError(`${textOf(name)} ${value} does not fit ${bits} bits`);
}

const limits: bigint[] = [];

/** One more than the largest integer of `bits` bits. */
function limitOf(bits: number): bigint {
  limits[bits] ??= 1n << BigInt(bits);
  return limits[bits];
}

/** Writes `value` as a 256-bit big-endian word. */
export function writeWord(view: DataView, offset: number, value: bigint): void {
  view.setBigUint64(offset, BigInt.asUintN(64, value >> 192n));
  view.setBigUint64(offset + 8, BigInt.asUintN(64, value >> 128n));
  view.setBigUint64(offset + 16, BigInt.asUintN(64, value >> 64n));
  view.setBigUint64(offset + 24, BigInt.asUintN(64, value));
}

/** Reads a 256-bit big-endian word. */
export function readWord(view: DataView, offset: number): bigint {
  return (
    (view.getBigUint64(offset) << 192n) |
    (view.getBigUint64(offset + 8) << 128n) |
    (view.getBigUint64(offset + 16) << 64n) |
    view.getBigUint64(offset + 24)
  );
}

/** Writes `value` as 256 bits, the lowest byte first. */
export function writeLittleWord(view: DataView, offset: number, value: bigint): void {
  for (let word = 0; word < 4; word++) {
    view.setBigUint64(offset + 8 * word, BigInt.asUintN(64, value >> BigInt(64 * word)), true);
  }
}

/** Reads 256 bits, the lowest byte first. */
export function readLittleWord(view: DataView, offset: number): bigint {
  const words = [0, 1, 2, 3].map((word) => view.getBigUint64(offset + 8 * word, true) << BigInt(64 * word));
  return words.reduce((sum, word) => sum + word, 0n);
}

/** A view over exactly the bytes of `bytes`. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Copies `length` bytes; a plain loop, because a subarray per record would be garbage in the hot loop. */
export function copyBytes(
  source: Uint8Array,
  sourceOffset: number,
  target: Uint8Array,
  targetOffset: number,
  length: number,
): void {
  for (let i = 0; i < length; i++) target[targetOffset + i] = source[sourceOffset + i] ?? 0;
}

/** `bytes` as 32-bit words of whatever order, to be copied and not to be calculated with. */
export function wordsOf(bytes: Uint8Array | BigUint64Array): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

/** Copies `count` words, four times as fast as their bytes. */
export function copyWords(source: Int32Array, from: number, target: Int32Array, to: number, count: number): void {
  for (let i = 0; i < count; i++) target[to + i] = source[from + i] ?? 0;
}

/** Whether `length` bytes of `bytes` from `offset` are zero. */
export function isZero(bytes: Uint8Array, offset: number, length: number): boolean {
  for (let i = offset; i < offset + length; i++) if (bytes[i] !== 0) return false;
  return true;
}
