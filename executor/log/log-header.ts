import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { ExecutorInputError, requireInput } from "../errors.ts";
import { fromHex, toHex } from "../formats/hex.ts";
import { readLittleWord, requireBits, viewOf, writeLittleWord } from "../formats/integers.ts";
import { LogDamagedError } from "./errors.ts";

/** Whose log it is. */
export interface LogIdentity {
  readonly chainId: bigint;
  /** Address of the settlement desk. */
  readonly desk: string;
  /** Number of the first batch in it. */
  readonly firstBatch: bigint;
}

/** The beginning of a log file. */
export interface LogHeader extends LogIdentity {
  /** Nobody outside knows it, so that nobody can plant what looks like a frame into a payload. */
  readonly salt: number;
}

export const LOG_HEADER_BYTES = 80;

const MAGIC = Buffer.from("MOIETYLG");
const VERSION = 2;
const AT = { version: 8, salt: 12, chainId: 16, desk: 48, firstBatch: 68, checksum: 76 } as const;

export function encodeLogHeader({ chainId, desk, firstBatch, salt }: LogHeader): Uint8Array {
  requireBits(chainId, 256, "chainId");
  requireBits(firstBatch, 64, "first batch");
  requireInput(firstBatch >= 1n, "batches count from 1");
  const bytes = new Uint8Array(LOG_HEADER_BYTES);
  const view = viewOf(bytes);

  bytes.set(MAGIC);
  view.setUint32(AT.version, VERSION, true);
  view.setUint32(AT.salt, salt, true);
  writeLittleWord(view, AT.chainId, chainId);
  bytes.set(fromHex(desk, 20), AT.desk);
  view.setBigUint64(AT.firstBatch, firstBatch, true);
  view.setUint32(AT.checksum, crc32(bytes.subarray(0, AT.checksum)), true);
  return bytes;
}

/** Reads the first bytes of the log at `path`. A header is written whole or not at all, so that no crash can tear it. */
export function decodeLogHeader(bytes: Uint8Array, path: string): LogHeader {
  if (bytes.length < LOG_HEADER_BYTES) throw new LogDamagedError(path, bytes.length, "the header ends here");
  const view = viewOf(bytes);
  if (!MAGIC.equals(bytes.subarray(0, MAGIC.length)))
    throw new LogDamagedError(path, 0, "it does not begin with MOIETYLG");
  if (view.getUint32(AT.checksum, true) !== crc32(bytes.subarray(0, AT.checksum))) {
    throw new LogDamagedError(path, 0, "the header does not have its checksum");
  }
  const version = view.getUint32(AT.version, true);
  requireInput(version === VERSION, `${path} is a log of version ${version}; this program reads version ${VERSION}`);

  return {
    chainId: readLittleWord(view, AT.chainId),
    desk: toHex(bytes, AT.desk, 20),
    firstBatch: view.getBigUint64(AT.firstBatch, true),
    salt: view.getUint32(AT.salt, true),
  };
}

/** What the first frame is chained to. */
export function firstLink(header: LogHeader): Uint8Array {
  return createHash("sha256").update(encodeLogHeader(header)).digest();
}

/** Throws unless `found` is the log of the chain and desk that were asked for. */
export function requireIdentity(found: LogIdentity, wanted: Pick<LogIdentity, "chainId" | "desk">, path: string): void {
  if (found.chainId === wanted.chainId && found.desk === wanted.desk.toLowerCase()) return;
  throw new ExecutorInputError(
    `${path} is of chain ${found.chainId}, desk ${found.desk}, not of chain ${wanted.chainId}, desk ${wanted.desk}`,
  );
}
