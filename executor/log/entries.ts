import { requireInput } from "../errors.ts";
import { ANSWER_BYTES, type ContractAnswers } from "../formats/contract-answers.ts";
import type { BatchHeader } from "../formats/header.ts";
import { fromHex, toHex } from "../formats/hex.ts";
import { requireBits, viewOf } from "../formats/integers.ts";
import type { Frame } from "./frame-reader.ts";

/** What is written down about batches. Everything a restarted executor knows, it knows from these. */
export type LogEntry = InputEntry | AnswersEntry | OutcomeEntry | SettledEntry | ClosedEntry | AbandonedEntry;

/** The batch file in canonical order; in the log before anything is decided. */
export interface InputEntry {
  readonly kind: "input";
  readonly number: bigint;
  readonly file: Uint8Array;
}

/** What contract accounts (ERC-1271) said at one block about signatures of a batch; in the log before the batch's input. */
export interface AnswersEntry extends Pick<ContractAnswers, "block" | "blockHash" | "answers"> {
  readonly kind: "answers";
  readonly number: bigint;
}

/** What the batch came to. Running its input again has to give the same. */
export interface OutcomeEntry {
  readonly kind: "outcome";
  readonly number: bigint;
  readonly header: BatchHeader;
  readonly batchHash: string;
  /** keccak256 of the receipts one after another. */
  readonly receiptsHash: string;
  /** Leaves of the chunks under `chunksRoot`. */
  readonly chunkLeaves: readonly string[];
  /** For replays that trust the log; logs of before have none. */
  readonly trust?: OutcomeTrust | undefined;
}

/** What a replay needs that neither recovers signatures nor hashes with keccak. */
export interface OutcomeTrust {
  /** SHA-256 of the receipts one after another. */
  readonly receiptsSum: string;
  /** 32 bytes per order. */
  readonly orderIds: Uint8Array;
  /** One byte per order: what its signature came to. */
  readonly orderStatus: Uint8Array;
}

/** Chunks that have settled on chain. */
export interface SettledEntry {
  readonly kind: "settled";
  readonly number: bigint;
  readonly chunks: readonly number[];
}

/** No more chunks of the batch will settle. */
export interface ClosedEntry {
  readonly kind: "closed";
  readonly number: bigint;
}

/** The batch was never opened on chain and never will be; its number is used again. */
export interface AbandonedEntry {
  readonly kind: "abandoned";
  readonly number: bigint;
}

const KIND = { input: 1, answers: 2, outcome: 3, settled: 4, closed: 5, abandoned: 6 } as const;

const HASH = 32;
const OUTCOME_AT = {
  mode: 8,
  /** One more than the orders that the trust part tells of; 0 if there is none. */
  trusted: 12,
  time: 16,
  openingBlock: 24,
  instructionCount: 32,
  chunkCount: 36,
  chunksRoot: 40,
  positionsRoot: 72,
  fileHash: 104,
  batchHash: 136,
  receiptsHash: 168,
  leaves: 200,
} as const;
const ANSWERS_AT = { block: 8, blockHash: 16, list: 48 } as const;

/** Kind and payload of the frame that holds `entry`. */
export function encodeEntry(entry: LogEntry): { readonly kind: number; readonly payload: Uint8Array } {
  const { kind, payload } = encodeInParts(entry);
  const [first, ...more] = payload;
  return { kind, payload: first !== undefined && more.length === 0 ? first : Buffer.concat(payload) };
}

/** The same with a payload in parts: the long lists of an outcome are as they lie, and no copies. */
export function encodeInParts(entry: LogEntry): { readonly kind: number; readonly payload: readonly Uint8Array[] } {
  const trust = entry.kind === "outcome" ? entry.trust : undefined;
  const lists = trust === undefined ? [] : [trust.orderIds, trust.orderStatus];
  return { kind: KIND[entry.kind], payload: [encodeHead(entry), ...lists] };
}

/** An entry without what is told of an outcome's orders. */
function encodeHead(entry: LogEntry): Uint8Array {
  requireBits(entry.number, 64, "batch number");
  const payload = new Uint8Array(sizeOf(entry));
  const view = viewOf(payload);

  view.setBigUint64(0, entry.number, true);
  if (entry.kind === "input") payload.set(entry.file, 8);
  if (entry.kind === "outcome") writeOutcome(payload, view, entry);
  if (entry.kind === "answers") writeAnswers(payload, view, entry);
  if (entry.kind === "settled") {
    for (const [index, chunk] of entry.chunks.entries()) {
      requireBits(chunk, 32, "chunk");
      view.setUint32(8 + 4 * index, chunk, true);
    }
  }
  return payload;
}

/** The same for the file of a batch that lies in parts, none of which is copied. */
export function encodeInput(
  number: bigint,
  file: readonly Uint8Array[],
): { readonly kind: number; readonly payload: readonly Uint8Array[] } {
  requireBits(number, 64, "batch number");
  const head = new Uint8Array(8);
  viewOf(head).setBigUint64(0, number, true);
  return { kind: KIND.input, payload: [head, ...file] };
}

function sizeOf(entry: LogEntry): number {
  switch (entry.kind) {
    case "input":
      return 8 + entry.file.length;
    case "answers":
      return ANSWERS_AT.list + ANSWER_BYTES * entry.answers.length;
    case "outcome":
      return OUTCOME_AT.leaves + HASH * entry.chunkLeaves.length + (entry.trust === undefined ? 0 : HASH);
    case "settled":
      return 8 + 4 * entry.chunks.length;
    default:
      return 8;
  }
}

const sizeOfOrders = (count: number): number => HASH + (HASH + 1) * count;

function writeOutcome(payload: Uint8Array, view: DataView, { header, ...entry }: OutcomeEntry): void {
  view.setUint8(OUTCOME_AT.mode, header.mode);
  view.setBigUint64(OUTCOME_AT.time, header.time, true);
  view.setBigUint64(OUTCOME_AT.openingBlock, header.openingBlock, true);
  view.setUint32(OUTCOME_AT.instructionCount, header.instructionCount, true);
  view.setUint32(OUTCOME_AT.chunkCount, header.chunkCount, true);
  payload.set(fromHex(header.chunksRoot, HASH), OUTCOME_AT.chunksRoot);
  payload.set(fromHex(header.positionsRoot, HASH), OUTCOME_AT.positionsRoot);
  payload.set(fromHex(header.fileHash, HASH), OUTCOME_AT.fileHash);
  payload.set(fromHex(entry.batchHash, HASH), OUTCOME_AT.batchHash);
  payload.set(fromHex(entry.receiptsHash, HASH), OUTCOME_AT.receiptsHash);
  for (const [index, leaf] of entry.chunkLeaves.entries()) {
    payload.set(fromHex(leaf, HASH), OUTCOME_AT.leaves + HASH * index);
  }
  if (entry.trust === undefined) return;

  const { receiptsSum, orderStatus } = entry.trust;
  const trustAt = OUTCOME_AT.leaves + HASH * entry.chunkLeaves.length;
  view.setUint32(OUTCOME_AT.trusted, 1 + orderStatus.length, true);
  payload.set(fromHex(receiptsSum, HASH), trustAt);
}

function writeAnswers(payload: Uint8Array, view: DataView, { block, blockHash, answers }: AnswersEntry): void {
  requireBits(block, 64, "block");
  view.setBigUint64(ANSWERS_AT.block, block, true);
  payload.set(fromHex(blockHash, HASH), ANSWERS_AT.blockHash);
  for (const [index, { order, account, digest, isValid }] of answers.entries()) {
    const offset = ANSWERS_AT.list + ANSWER_BYTES * index;
    requireBits(order, 32, "place of an order");
    view.setUint32(offset, order, true);
    payload.set(fromHex(account, 20), offset + 4);
    payload.set(fromHex(digest, HASH), offset + 24);
    payload[offset + 56] = Number(isValid);
  }
}

/** Reads the entry in a frame that is not one of the log itself. Throws if this version does not know it. */
export function decodeEntry({ kind, payload, position }: Pick<Frame, "kind" | "payload" | "position">): LogEntry {
  const view = viewOf(payload);
  const name = `frame ${position.sequence}`;
  const hasWhole = (from: number, size: number) => payload.length >= from && (payload.length - from) % size === 0;
  requireInput(payload.length >= 8, `${name} of kind ${kind} has only ${payload.length} bytes`);
  const number = view.getBigUint64(0, true);

  switch (kind) {
    case KIND.input:
      return { kind: "input", number, file: payload.subarray(8) };
    case KIND.answers:
      requireInput(hasWhole(ANSWERS_AT.list, ANSWER_BYTES), `${name} holds no whole number of answers`);
      return readAnswers(payload, view, number);
    case KIND.outcome:
      requireInput(payload.length >= OUTCOME_AT.leaves, `${name} holds no whole number of chunk leaves`);
      return readOutcome(payload, view, number, name);
    case KIND.settled:
      requireInput(hasWhole(8, 4), `${name} holds no whole number of chunks`);
      return { kind: "settled", number, chunks: places(payload.length, 8, 4).map((at) => view.getUint32(at, true)) };
    case KIND.closed:
    case KIND.abandoned:
      requireInput(payload.length === 8, `${name} of kind ${kind} has ${payload.length} bytes`);
      return { kind: kind === KIND.closed ? "closed" : "abandoned", number };
    default:
      requireInput(false, `${name} is of kind ${kind}, which this version does not know`);
  }
}

function readOutcome(payload: Uint8Array, view: DataView, number: bigint, name: string): OutcomeEntry {
  const hashAt = (offset: number) => toHex(payload, offset, HASH);
  const trusted = view.getUint32(OUTCOME_AT.trusted, true);
  const trustAt = payload.length - (trusted === 0 ? 0 : sizeOfOrders(trusted - 1));
  const isWhole = trustAt >= OUTCOME_AT.leaves && (trustAt - OUTCOME_AT.leaves) % HASH === 0;
  requireInput(isWhole, `${name} holds no whole number of chunk leaves`);
  const trust = trusted === 0 ? undefined : readTrust(payload.subarray(trustAt), trusted - 1);
  return {
    kind: "outcome",
    number,
    header: {
      number,
      mode: view.getUint8(OUTCOME_AT.mode),
      time: view.getBigUint64(OUTCOME_AT.time, true),
      openingBlock: view.getBigUint64(OUTCOME_AT.openingBlock, true),
      instructionCount: view.getUint32(OUTCOME_AT.instructionCount, true),
      chunkCount: view.getUint32(OUTCOME_AT.chunkCount, true),
      chunksRoot: hashAt(OUTCOME_AT.chunksRoot),
      positionsRoot: hashAt(OUTCOME_AT.positionsRoot),
      fileHash: hashAt(OUTCOME_AT.fileHash),
    },
    batchHash: hashAt(OUTCOME_AT.batchHash),
    receiptsHash: hashAt(OUTCOME_AT.receiptsHash),
    chunkLeaves: places(trustAt, OUTCOME_AT.leaves, HASH).map(hashAt),
    ...(trust && { trust }),
  };
}

function readTrust(bytes: Uint8Array, count: number): OutcomeTrust {
  return {
    receiptsSum: toHex(bytes, 0, HASH),
    orderIds: new Uint8Array(bytes.subarray(HASH, HASH + HASH * count)), // on a word's boundary, as the ledger reads them
    orderStatus: bytes.subarray(HASH + HASH * count),
  };
}

function readAnswers(payload: Uint8Array, view: DataView, number: bigint): AnswersEntry {
  return {
    kind: "answers",
    number,
    block: view.getBigUint64(ANSWERS_AT.block, true),
    blockHash: toHex(payload, ANSWERS_AT.blockHash, HASH),
    answers: places(payload.length, ANSWERS_AT.list, ANSWER_BYTES).map((at) => ({
      order: view.getUint32(at, true),
      account: toHex(payload, at + 4, 20),
      digest: toHex(payload, at + 24, HASH),
      isValid: payload[at + 56] === 1,
    })),
  };
}

/** Where the items of a list begin that fills `length` bytes from `first` on. */
function places(length: number, first: number, size: number): number[] {
  return Array.from({ length: (length - first) / size }, (_, index) => first + index * size);
}
