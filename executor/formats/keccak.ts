import { createKeccak, type IHasher } from "hash-wasm";

/** keccak-256 of `bytes`, as a new array of 32 bytes. */
export type Keccak = (bytes: Uint8Array) => Uint8Array;

let created: Promise<IHasher> | undefined;

function loadHasher(): Promise<IHasher> {
  created ??= createKeccak(256);
  return created;
}

/** The keccak-256 of this thread. WebAssembly starts asynchronously; after that every hash is a plain call. */
export async function loadKeccak(): Promise<Keccak> {
  const hasher = await loadHasher();
  return (bytes) => hasher.init().update(bytes).digest("binary");
}

/** keccak-256 of `parts` one after another, without a copy of them all. */
export async function hashParts(parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const hasher = (await loadHasher()).init();
  for (const part of parts) hasher.update(part);
  return hasher.digest("binary");
}
