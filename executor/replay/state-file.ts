import { createHash } from "node:crypto";
import { requireInput } from "../errors.ts";
import { canonicalJson } from "../formats/canonical-json.ts";
import { fromHex, toHex, writeHex } from "../formats/hex.ts";
import { readLittleWord, viewOf, writeLittleWord } from "../formats/integers.ts";
import { plainSnapshot, readJson, snapshotSchema } from "../formats/snapshot-json.ts";
import { LINK_BYTES } from "../log/frame.ts";
import type { LogIdentity } from "../log/log-header.ts";
import type { GrowingState, LogState } from "./log-state.ts";
import type { ReplayStart } from "./replayer.ts";

/** What a snapshot file holds besides the state itself. */
export interface StatePlace extends Pick<ReplayStart, "after" | "seen"> {
  readonly identity: LogIdentity;
}

const MAGIC = Buffer.from("MOIETYST");
const VERSION = 1;
const ID_BYTES = 32;
const FILL_BYTES = 40;
const AT = {
  version: 8,
  chainId: 16,
  desk: 48,
  lastBatch: 72,
  sequence: 80,
  offset: 88,
  end: 96,
  link: 104,
  seen: 136,
  jsonLength: 144,
  finalCount: 152,
  filledCount: 160,
  body: 168,
} as const;

/** The bytes of a snapshot file. Equal states at equal places give equal bytes. */
export function encodeState(state: LogState, { identity, after, seen }: StatePlace): Uint8Array {
  const json = Buffer.from(state.positions === undefined ? "" : canonicalJson(plainSnapshot(state.positions)));
  const final = [...state.final].sort();
  const filled = [...state.filled].sort(([a], [b]) => (a < b ? -1 : 1));
  const bodyEnd = AT.body + json.length + ID_BYTES * final.length + FILL_BYTES * filled.length;
  const bytes = new Uint8Array(bodyEnd + LINK_BYTES);
  const view = viewOf(bytes);
  const write64 = (offset: number, value: bigint | number) => view.setBigUint64(offset, BigInt(value), true);

  bytes.set(MAGIC);
  view.setUint32(AT.version, VERSION, true);
  writeLittleWord(view, AT.chainId, identity.chainId);
  bytes.set(fromHex(identity.desk, 20), AT.desk);
  write64(AT.lastBatch, state.lastBatch);
  write64(AT.sequence, after.sequence);
  write64(AT.offset, after.offset);
  write64(AT.end, after.end);
  bytes.set(after.link, AT.link);
  write64(AT.seen, seen);
  write64(AT.jsonLength, json.length);
  write64(AT.finalCount, final.length);
  write64(AT.filledCount, filled.length);

  let offset = AT.body;
  bytes.set(json, offset);
  offset += json.length;
  for (const id of final) {
    writeHex(bytes, offset, ID_BYTES, id);
    offset += ID_BYTES;
  }
  for (const [id, quantity] of filled) {
    writeHex(bytes, offset, ID_BYTES, id);
    write64(offset + ID_BYTES, quantity);
    offset += FILL_BYTES;
  }
  bytes.set(checksumOf(bytes), bodyEnd);
  return bytes;
}

/** Reads a snapshot file. Throws an `ExecutorInputError` if it is not whole or not of this log. */
export function decodeState(bytes: Uint8Array, identity: LogIdentity): ReplayStart {
  requireInput(bytes.length >= AT.body + LINK_BYTES, `it has only ${bytes.length} bytes`);
  requireInput(MAGIC.equals(bytes.subarray(0, MAGIC.length)), "it does not begin with MOIETYST");
  const isWhole = Buffer.compare(checksumOf(bytes), bytes.subarray(bytes.length - LINK_BYTES)) === 0;
  requireInput(isWhole, "it does not have its checksum");

  const view = viewOf(bytes);
  const read64 = (offset: number) => view.getBigUint64(offset, true);
  const version = view.getUint32(AT.version, true);
  requireInput(version === VERSION, `it is of version ${version}; this program reads version ${VERSION}`);
  const chainId = readLittleWord(view, AT.chainId);
  const desk = toHex(bytes, AT.desk, 20);
  const isOwn = chainId === identity.chainId && desk === identity.desk.toLowerCase();
  requireInput(isOwn, `it is of chain ${chainId}, desk ${desk}`);

  return {
    after: {
      sequence: Number(read64(AT.sequence)),
      offset: Number(read64(AT.offset)),
      end: Number(read64(AT.end)),
      link: bytes.slice(AT.link, AT.link + LINK_BYTES),
    },
    seen: Number(read64(AT.seen)),
    state: readState(bytes, read64),
  };
}

function readState(bytes: Uint8Array, read64: (offset: number) => bigint): GrowingState {
  const jsonEnd = AT.body + Number(read64(AT.jsonLength));
  const finalEnd = jsonEnd + ID_BYTES * Number(read64(AT.finalCount));
  const filledEnd = finalEnd + FILL_BYTES * Number(read64(AT.filledCount));
  requireInput(filledEnd + LINK_BYTES === bytes.length, "its lengths do not add up");
  const json = Buffer.from(bytes.subarray(AT.body, jsonEnd)).toString("utf8");

  const final = new Set<string>();
  const filled = new Map<string, bigint>();
  for (let at = jsonEnd; at < finalEnd; at += ID_BYTES) final.add(toHex(bytes, at, ID_BYTES));
  for (let at = finalEnd; at < filledEnd; at += FILL_BYTES) {
    filled.set(toHex(bytes, at, ID_BYTES), read64(at + ID_BYTES));
  }
  return {
    lastBatch: read64(AT.lastBatch),
    positions: json === "" ? undefined : readJson(json, snapshotSchema),
    final,
    filled,
  };
}

function checksumOf(bytes: Uint8Array): Uint8Array {
  return createHash("sha256")
    .update(bytes.subarray(0, bytes.length - LINK_BYTES))
    .digest();
}
