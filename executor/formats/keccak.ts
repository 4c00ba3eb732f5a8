import { createKeccak } from "hash-wasm";

/** keccak-256 of `bytes`, as a new array of 32 bytes. */
export type Keccak = (bytes: Uint8Array) => Uint8Array;

let created: Promise<Keccak> | undefined;

/** The keccak-256 of this thread. WebAssembly starts asynchronously; after that every hash is a plain call. */
export function loadKeccak(): Promise<Keccak> {
  created ??= createKeccak(256).then((hasher) => (bytes: Uint8Array) => hasher.init().update(bytes).digest("binary"));
  return created;
}
