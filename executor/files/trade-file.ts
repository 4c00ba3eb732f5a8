import { ExecutorInputError } from "../errors.ts";
import type { BulkSignature } from "../formats/bulk.ts";
import type { InstructionInput } from "../formats/instruction-record.ts";
import type { SignedMessage } from "../formats/message-record.ts";
import type { SignedOrder } from "../formats/order-record.ts";
import { decodeInstructionFile, isInstructionFile } from "./binary-instructions.ts";
import { decodeTradeFile, isBinary } from "./binary-trades.ts";
import { readCsvLines, readJsonLines, unknownColumns } from "./raw-lines.ts";
import { resolveLines } from "./resolve-lines.ts";
import { plainAddress, type ReadAddress } from "./trade-line.ts";

/** How a file of orders, other messages and instructions is written. */
export type TradeFormat = "ndjson" | "csv" | "binary";

/** What a file holds, in its order, and what a batch takes of it: see `BatchInput`. */
export interface TradeFile {
  readonly orders: readonly (SignedOrder | SignedMessage)[];
  readonly trades: readonly InstructionInput[];
  /** Signatures over many orders at once. Left out: there are none. */
  readonly bulks?: readonly BulkSignature[];
}

/** A line that was not taken, and why. */
export interface Reject {
  /** Counted from 1. */
  readonly line: number;
  /** The field that is wrong; "line" for the line as a whole. */
  readonly field: string;
  readonly reason: string;
  /** The line as it stands in the file. */
  readonly text: string;
}

/** What a file holds: what can be used, and what cannot. */
export interface ReadTrades extends TradeFile {
  readonly bulks: readonly BulkSignature[];
  readonly rejects: readonly Reject[];
}

export interface ReadOptions {
  /** Left out: what the first bytes say. */
  readonly format?: TradeFormat;
  /** Left out: 0x and 40 hexadecimal digits, in any case. */
  readonly readAddress?: ReadAddress;
}

/**
 * Reads orders, other messages and instructions. What is wrong with one line costs that line and what cannot be without it:
 * instructions that name its message, those that they are linked with, and orders that were signed together with it. A file that is
 * truncated or in no known format throws an `ExecutorInputError`.
 */
export function readTradeFile(bytes: Uint8Array, { format, readAddress = plainAddress }: ReadOptions = {}): ReadTrades {
  const kind = format ?? formatOf(bytes);
  if (kind === "binary") {
    const file = isInstructionFile(bytes) ? decodeInstructionFile(bytes) : decodeTradeFile(bytes);
    return { bulks: [], ...file, rejects: [] };
  }

  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  if (kind === "csv") {
    const unknown = unknownColumns(text);
    if (unknown.length > 0) throw new ExecutorInputError(`no such columns: ${unknown.join(", ")}`);
  }
  return resolveLines(kind === "csv" ? readCsvLines(text) : readJsonLines(text), readAddress);
}

/** The format by the first bytes: JSON lines begin with a brace, CSV with a header that names the type. */
export function formatOf(bytes: Uint8Array): TradeFormat {
  if (isBinary(bytes) || isInstructionFile(bytes)) return "binary";
  const start = Buffer.from(bytes.subarray(0, 4_096))
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .trimStart();
  return start === "" || start.startsWith("{") ? "ndjson" : "csv";
}
