import { createRequire } from "node:module";
import secp256k1 from "secp256k1";

type CryptoKind = "native" | "javascript";

let found: CryptoKind | undefined;

/** Whether signatures run on the native libsecp256k1 addon or on the JavaScript fallback, which is many times slower. */
export function cryptoKind(): CryptoKind {
  found ??= findKind();
  return found;
}

function findKind(): CryptoKind {
  try {
    // The package takes its addon if that loads, and otherwise says nothing; so the same question is asked again.
    return createRequire(import.meta.url)("secp256k1/bindings.js") === secp256k1 ? "native" : "javascript";
  } catch {
    return "javascript";
  }
}
