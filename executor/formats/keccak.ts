import { createHash, getHashes } from "node:crypto";
import { createKeccak, type IHasher } from "hash-wasm";

/** keccak-256 of `bytes`, as a new array of 32 bytes. */
export type Keccak = (bytes: Uint8Array) => Uint8Array;

/** What OpenSSL calls it, from 3.2 on; a Node that is built with another library may not have it. */
const NATIVE = "keccak-256";

/** Bytes from which on the machine's own code, twice as fast, is worth what a call of it costs. */
export const LONG_MESSAGE_BYTES = 2_048;

let created: Promise<IHasher> | undefined;
let hasNative: boolean | undefined;

function loadHasher(): Promise<IHasher> {
  created ??= createKeccak(256);
  return created;
}

/** The keccak-256 of this thread. WebAssembly starts asynchronously; after that every hash is a plain call. */
export async function loadKeccak(): Promise<Keccak> {
  const hasher = await loadHasher();
  return (bytes) => (isLong(bytes.length) ? hashNatively([bytes]) : hasher.init().update(bytes).digest("binary"));
}

/** keccak-256 of parts one after another, without a copy of them all. */
export type KeccakOfParts = (parts: readonly Uint8Array[]) => Uint8Array;

/** As {@link loadKeccak} for messages in parts. */
export async function loadKeccakOfParts(): Promise<KeccakOfParts> {
  const hasher = await loadHasher();
  return (parts) => hashWith(hasher, parts);
}

/** keccak-256 of `parts` one after another. */
export async function hashParts(parts: readonly Uint8Array[]): Promise<Uint8Array> {
  return hashWith(await loadHasher(), parts);
}

function hashWith(hasher: IHasher, parts: readonly Uint8Array[]): Uint8Array {
  if (isLong(parts.reduce((sum, { length }) => sum + length, 0))) return hashNatively(parts);

  hasher.init();
  for (const part of parts) hasher.update(part);
  return hasher.digest("binary");
}

/** Whether a message of `length` bytes is hashed by OpenSSL. */
function isLong(length: number): boolean {
  if (length < LONG_MESSAGE_BYTES) return false;
  hasNative ??= getHashes().includes(NATIVE);
  return hasNative;
}

function hashNatively(parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash(NATIVE);
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest()); // a copy: a buffer may lie anywhere in a pool
}
