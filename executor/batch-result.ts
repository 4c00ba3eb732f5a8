import type { BatchHeader } from "./formats/header.ts";
import { decodeInstruction, INSTRUCTION_BYTES, type InstructionRecord } from "./formats/instruction-record.ts";
import type { NetVector } from "./formats/net-vector.ts";
import { decodeReceipt, RECEIPT_BYTES, type Receipt } from "./formats/receipt.ts";

/** A run of instructions in canonical order that one transaction settles. */
export interface ChunkResult {
  readonly index: number;
  readonly firstInstruction: number;
  readonly instructionCount: number;
  /** How many leaves its tree of movements has. */
  readonly movementCount: number;
  readonly instructionsRoot: string;
  readonly receiptsRoot: string;
  /** Over what every accepted instruction moved of every position; see {@link Movement}. */
  readonly movementsRoot: string;
  readonly netHash: string;
  /** The chunk's leaf under the header's `chunksRoot`. */
  readonly leaf: string;
  readonly net: NetVector;
}

/** How long each stage took, in milliseconds. */
export interface BatchTimings {
  readonly ingest: number;
  /** Digest, signature and everything else about orders by themselves. */
  readonly verify: number;
  /** Canonical order, trade ids, instruction leaves. */
  readonly sequence: number;
  readonly ledger: number;
  /** Roots, net hashes, batch file and header; also the wait for `onSequenced`. */
  readonly commit: number;
}

/** What a batch comes to. Everything but the account of how it was run is the same for equal inputs. */
export interface BatchResult {
  /** 32 bytes per order; zero if the order is malformed. Never write to them: an engine goes on knowing orders by this memory. */
  readonly orderIds: Uint8Array;
  /** One byte per order: 0 valid, 1 malformed, 2 signature invalid. */
  readonly orderStatus: Uint8Array;
  /** Records in canonical order. */
  readonly instructions: Uint8Array;
  /** Receipts in the same order. */
  readonly receipts: Uint8Array;
  readonly chunks: readonly ChunkResult[];
  readonly header: BatchHeader;
  readonly batchHash: string;
  /** The bytes to publish. */
  readonly file: Uint8Array;
  readonly run: RunAccount;
}

/** How a batch was run; differs from run to run. */
export interface RunAccount {
  readonly workers: number;
  /** Threads that died during this batch; their work was done again. */
  readonly workersLost: number;
  readonly cryptoKind: "native" | "javascript";
  /** Signatures that were checked. */
  readonly signatures: number;
  readonly timings: BatchTimings;
  /** Instructions that a parallel ledger still ran in their order; left out if all did. */
  readonly residue?: number;
}

/** The receipts as objects, in canonical order. */
export function receiptsOf({ receipts }: Pick<BatchResult, "receipts">): Receipt[] {
  const count = receipts.length / RECEIPT_BYTES;
  return Array.from({ length: count }, (_, index) => decodeReceipt(receipts, index * RECEIPT_BYTES));
}

/** The instructions as objects, in canonical order. */
export function instructionsOf({ instructions }: Pick<BatchResult, "instructions">): InstructionRecord[] {
  const count = instructions.length / INSTRUCTION_BYTES;
  return Array.from({ length: count }, (_, index) => decodeInstruction(instructions, index * INSTRUCTION_BYTES));
}
