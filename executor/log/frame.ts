import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { requireInput } from "../errors.ts";
import { viewOf } from "../formats/integers.ts";

/** What stands before each payload. */
export interface FrameHeader {
  readonly kind: number;
  /** Bytes of the payload. */
  readonly length: number;
  readonly payloadChecksum: number;
  /** 1, 2, 3 … */
  readonly sequence: number;
  /** First frame of the group that was made durable at once: all frames before it were on the disk when this one was written. */
  readonly groupFirst: number;
  /** SHA-256 over the link before, this header's other fields and the payload. */
  readonly link: Uint8Array;
}

export const FRAME_HEADER_BYTES = 68;
export const LINK_BYTES = 32;

/** Large enough for five million instructions in a batch file; what claims to be longer is no frame. */
export const MAX_PAYLOAD_BYTES = 2 ** 30;

/** The first bytes of every frame, by which frames are found again behind damage. */
export const FRAME_MARK = Buffer.from("MFR1");

/** Kinds that the log writes by itself. Lower ones are the caller's. */
export const CUT = 254;
export const SEALED = 255;

const AT = { kind: 4, length: 8, payloadChecksum: 12, sequence: 16, groupFirst: 24, link: 32, checksum: 64 } as const;

/** The header of a frame, its link included. The payload may lie in parts. */
export function encodeFrameHeader(
  frame: Pick<FrameHeader, "kind" | "sequence" | "groupFirst">,
  payload: readonly Uint8Array[],
  linkBefore: Uint8Array,
  salt: number,
): Uint8Array {
  const length = lengthOf(payload);
  requireInput(length <= MAX_PAYLOAD_BYTES, `${length} bytes are too many for a frame`);
  const bytes = new Uint8Array(FRAME_HEADER_BYTES);
  const view = viewOf(bytes);

  bytes.set(FRAME_MARK);
  view.setUint8(AT.kind, frame.kind);
  view.setUint32(AT.length, length, true);
  view.setUint32(AT.payloadChecksum, checksumOf(payload), true);
  view.setBigUint64(AT.sequence, BigInt(frame.sequence), true);
  view.setBigUint64(AT.groupFirst, BigInt(frame.groupFirst), true);
  bytes.set(linkOf(linkBefore, bytes, payload), AT.link);
  view.setUint32(AT.checksum, crc32(bytes.subarray(0, AT.checksum), salt), true);
  return bytes;
}

/** The header at the beginning of `bytes`; undefined if none stands there whole. */
export function decodeFrameHeader(bytes: Uint8Array, salt: number): FrameHeader | undefined {
  if (bytes.length < FRAME_HEADER_BYTES || !FRAME_MARK.equals(bytes.subarray(0, FRAME_MARK.length))) return undefined;
  const view = viewOf(bytes);
  if (view.getUint32(AT.checksum, true) !== crc32(bytes.subarray(0, AT.checksum), salt)) return undefined;

  return {
    kind: view.getUint8(AT.kind),
    length: view.getUint32(AT.length, true),
    payloadChecksum: view.getUint32(AT.payloadChecksum, true),
    sequence: Number(view.getBigUint64(AT.sequence, true)),
    groupFirst: Number(view.getBigUint64(AT.groupFirst, true)),
    link: linkIn(bytes),
  };
}

/** The link as it stands in a header. */
export function linkIn(header: Uint8Array): Uint8Array {
  return header.slice(AT.link, AT.link + LINK_BYTES);
}

/** The link of a frame; `header` as it is written, of which everything before the link counts. */
export function linkOf(linkBefore: Uint8Array, header: Uint8Array, payload: readonly Uint8Array[]): Uint8Array {
  const hash = createHash("sha256").update(linkBefore).update(header.subarray(0, AT.link));
  for (const part of payload) hash.update(part);
  return hash.digest();
}

/** Bytes of a payload that lies in parts. */
export function lengthOf(payload: readonly Uint8Array[]): number {
  return payload.reduce((sum, { length }) => sum + length, 0);
}

function checksumOf(payload: readonly Uint8Array[]): number {
  return payload.reduce((checksum, part) => crc32(part, checksum), 0);
}
