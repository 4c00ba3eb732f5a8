import { createHash } from "node:crypto";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
/** Version 1, codec `raw`, SHA2-256, 32 bytes. */
const PREFIX = [0x01, 0x55, 0x12, 0x20];

/**
 * The content identifier under which IPFS knows these bytes as one raw block (CIDv1, base32). Files of more than one block (256 KiB
 * with the usual tools) are known there under the identifier of their tree, which is another one.
 */
export function cidOf(bytes: Uint8Array): string {
  const digest = createHash("sha256").update(bytes).digest();
  return `b${base32(Uint8Array.from([...PREFIX, ...digest]))}`;
}

/** RFC 4648, lower case, without padding. */
function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five.padEnd(5, "0"), 2)]).join("");
}
