import { ExecutorInputError, requireInput } from "../errors.ts";
import { toHex, writeHex } from "../formats/hex.ts";
import { isZero, viewOf } from "../formats/integers.ts";
import type { Keccak } from "../formats/keccak.ts";
import { HASH_BYTES } from "../formats/merkle.ts";
import { MAX_ROWS, readIncome, writeIncome } from "./income-rows.ts";

/** What a proof file says of its list before the records. */
export interface ProofHeader {
  readonly listKey: string;
  readonly root: string;
  readonly count: number;
  readonly totalGross: bigint;
  readonly totalWithheld: bigint;
}

const MAGIC = "MOIETYPF";
const VERSION = 1;
const AT = { magic: 0, version: 8, count: 12, listKey: 16, root: 48, totalGross: 80, totalWithheld: 96, hash: 112 };

export const PROOF_HEADER_BYTES = AT.hash + HASH_BYTES;

/** The header's bytes, its own hash last. */
export function encodeProofHeader(keccak: Keccak, header: ProofHeader): Uint8Array {
  const bytes = new Uint8Array(PROOF_HEADER_BYTES);
  const view = viewOf(bytes);

  bytes.set(new TextEncoder().encode(MAGIC), AT.magic);
  view.setUint32(AT.version, VERSION);
  view.setUint32(AT.count, header.count);
  writeHex(bytes, AT.listKey, HASH_BYTES, header.listKey);
  writeHex(bytes, AT.root, HASH_BYTES, header.root);
  writeIncome(view, AT.totalGross, header.totalGross);
  writeIncome(view, AT.totalWithheld, header.totalWithheld);
  bytes.set(keccak(bytes.subarray(0, AT.hash)), AT.hash);
  return bytes;
}

/** Reads a header; throws if it is none, of another version or not whole. */
export function decodeProofHeader(keccak: Keccak, bytes: Uint8Array): ProofHeader {
  requireInput(bytes.length >= PROOF_HEADER_BYTES, "no proof file: it ends within its header");
  const view = viewOf(bytes);
  const magic = new TextDecoder("latin1").decode(bytes.subarray(AT.magic, AT.version));
  requireInput(magic === MAGIC, `no proof file: it begins with ${JSON.stringify(magic)}`);
  const version = view.getUint32(AT.version);
  requireInput(version === VERSION, `a proof file of version ${version}, known is ${VERSION}`);
  const hash = toHex(keccak(bytes.subarray(0, AT.hash)));
  requireInput(hash === toHex(bytes, AT.hash, HASH_BYTES), "the header of the proof file is damaged");

  const count = view.getUint32(AT.count);
  requireInput(count > 0 && count <= MAX_ROWS, `a proof file of ${count} rows, most are ${MAX_ROWS}`);
  if (isZero(bytes, AT.root, HASH_BYTES)) throw new ExecutorInputError("the proof file has no root");
  return {
    listKey: toHex(bytes, AT.listKey, HASH_BYTES),
    root: toHex(bytes, AT.root, HASH_BYTES),
    count,
    totalGross: readIncome(view, AT.totalGross),
    totalWithheld: readIncome(view, AT.totalWithheld),
  };
}
