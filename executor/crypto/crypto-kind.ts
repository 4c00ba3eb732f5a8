import { createRequire } from "node:module";
import secp256k1 from "secp256k1";

/** Whether signatures run on the native libsecp256k1 addon or on the JavaScript fallback, which is many times slower. */
export function cryptoKind(): "native" | "javascript" {
  try {
    // The package takes its addon if that loads, and otherwise says nothing; so the same question is asked again.
    return createRequire(import.meta.url)("secp256k1/bindings.js") === secp256k1 ? "native" : "javascript";
  } catch {
    return "javascript";
  }
}
