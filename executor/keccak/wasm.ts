/**
 * A WebAssembly module of one function, written as bytes: just the instructions that our kernel needs, each a function
 * that gives its code. Values are on a stack: `code(get(a), get(b), xor)`.
 */
export type Code = readonly number[];

const I32 = 0x7f;
/** 4 GiB: what 32 bits can address. */
const MAX_PAGES = 65_536;
const V128 = 0x7b;

/** `parts` one after the other. */
export const code = (...parts: readonly Code[]): Code => parts.flat();

/** Unsigned, seven bits at a time, the lowest first. */
function unsigned(value: number): number[] {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [low | 0x80, ...unsigned(value >>> 7)];
}

/** Signed, seven bits at a time; the last group's highest bit is the sign. */
function signed(value: number): number[] {
  const low = value & 0x7f;
  const rest = value >> 7;
  const isLast = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
  return isLast ? [low] : [low | 0x80, ...signed(rest)];
}

const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];

/** Alignment is a hint that we do not give. */
const address = (offset: number): number[] => [0, ...unsigned(offset)];

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number): Code => [0x21, ...unsigned(local)];
export const tee = (local: number): Code => [0x22, ...unsigned(local)];
export const i32 = (value: number): Code => [0x41, ...signed(value)];
export const add: Code = [0x6a];
export const subtract: Code = [0x6b];

/** Of a number and bits. */
export const shiftNumberLeft: Code = [0x74];
/** The 32 bits at an address plus `offset`. */
export const loadNumber = (offset: number): Code => [0x28, ...address(offset)];

/** `value`, of 64 bits, in both lanes. */
export const splat = (value: bigint): Code => {
  const bytes = Array.from({ length: 8 }, (_, byte) => Number((value >> BigInt(8 * byte)) & 255n));
  return [...simd(0x0c), ...bytes, ...bytes];
};

/** Both 64-bit lanes zero. */
export const zero: Code = [...simd(0x0c), ...Array<number>(16).fill(0)];
export const xor: Code = simd(0x51);
/** `a & ~b` of `a`, `b`. */
export const andNot: Code = simd(0x4f);
export const or: Code = simd(0x50);
/** Of the lanes and an i32, each lane by as many bits. */
export const shiftLeft: Code = simd(0xcb);
export const shiftRight: Code = simd(0xcd);
/** The 64 bits at an address plus `offset`, in both lanes. */
export const loadSplat = (offset: number): Code => [...simd(0x0a), ...address(offset)];
/** The 64 bits at an address plus `offset` in the first lane. */
export const loadFirst = (offset: number): Code => [...simd(0x5d), ...address(offset)];
/** Of an address and lanes: the 64 bits there in place of the second. */
export const loadSecond = (offset: number): Code => [...simd(0x57), ...address(offset), 1];
/** Of an address and lanes: stores one of them. */
export const storeLane = (offset: number, lane: 0 | 1): Code => [...simd(0x5b), ...address(offset), lane];

/** `body` until the i32 that it leaves on the stack is zero; at least once. */
export const repeatWhile = (...body: readonly Code[]): Code => [0x03, 0x40, ...body.flat(), 0x0d, 0, 0x0b];

const vector = (items: readonly Code[]): number[] => [...unsigned(items.length), ...items.flat()];
const sized = (code: Code): number[] => [...unsigned(code.length), ...code];
const section = (id: number, content: Code): number[] => [id, ...sized(content)];
const named = (name: string): number[] => sized([...new TextEncoder().encode(name)]);

/** What a module of one function without a result is made of; its memory is imported as `env.memory`. */
export interface OneFunction {
  readonly name: string;
  /** Number of i32 parameters; they are the first locals. */
  readonly parameters: number;
  /** Further locals, in this order. */
  readonly locals: { readonly i32: number; readonly v128: number };
  readonly body: Code;
  /** What stands at address zero of the memory. */
  readonly data: Code;
  /** Whether the memory is one that threads share. */
  readonly isShared?: boolean;
}

/** The bytes of the module. */
export function encodeModule({
  name,
  parameters,
  locals,
  body,
  data,
  isShared = false,
}: OneFunction): Uint8Array<ArrayBuffer> {
  const pages = isShared ? [3, ...unsigned(1), ...unsigned(MAX_PAGES)] : [0, ...unsigned(1)]; // limits: at least, at most
  const localTypes = vector([
    [...unsigned(locals.i32), I32],
    [...unsigned(locals.v128), V128],
  ]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // "\0asm", version 1
    ...section(1, vector([[0x60, ...vector(Array<Code>(parameters).fill([I32])), 0]])),
    ...section(2, vector([[...named("env"), ...named("memory"), 2, ...pages]])),
    ...section(3, vector([[0]])),
    ...section(7, vector([[...named(name), 0, 0]])),
    ...section(10, vector([sized([...localTypes, ...body, 0x0b])])),
    ...section(11, vector([[0, ...i32(0), 0x0b, ...sized(data)]])),
  ]);
}
