import { ExecutorInputError } from "../errors.ts";

const DIGITS = "0123456789abcdef";
const NO_DIGIT = 255;

const VALUE_OF_CHAR = new Uint8Array(128).fill(NO_DIGIT);
for (const [value, digit] of [...DIGITS].entries()) {
  VALUE_OF_CHAR[digit.charCodeAt(0)] = value;
  VALUE_OF_CHAR[digit.toUpperCase().charCodeAt(0)] = value;
}

const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

const digitAt = (text: string, place: number): number => VALUE_OF_CHAR[text.charCodeAt(place)] ?? NO_DIGIT;

/** Whether `text` is `0x` and exactly `length` bytes in hexadecimal. */
export function isHex(text: string, length: number): boolean {
  if (text.length !== 2 + 2 * length || !text.startsWith("0x")) return false;
  for (let place = 2; place < text.length; place++) if (digitAt(text, place) === NO_DIGIT) return false;
  return true;
}

/** Writes `text` (`0x…`, exactly `length` bytes) into `target` from `offset`, without an array in between. */
export function writeHex(target: Uint8Array, offset: number, length: number, text: string): void {
  if (!isHex(text, length)) throw new ExecutorInputError(`"${text}" is not 0x and ${length} bytes in hexadecimal`);

  for (let i = 0; i < length; i++) {
    target[offset + i] = (digitAt(text, 2 + 2 * i) << 4) | digitAt(text, 3 + 2 * i);
  }
}

/** The bytes of `text` (`0x…`, exactly `length` bytes). */
export function fromHex(text: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  writeHex(bytes, 0, length, text);
  return bytes;
}

/** `length` bytes of `bytes` from `offset` as `0x…` in lower case. */
export function toHex(bytes: Uint8Array, offset = 0, length: number = bytes.length - offset): string {
  let text = "0x";
  for (let i = offset; i < offset + length; i++) text += PAIRS[bytes[i] ?? 0];
  return text;
}
