import type { BulkSignature } from "./formats/bulk.ts";
import type { ContractAnswers } from "./formats/contract-answers.ts";
import type { BatchMode } from "./formats/header.ts";
import type { InstructionInput } from "./formats/instruction-record.ts";
import type { SignedMessage } from "./formats/message-record.ts";
import type { SignedOrder } from "./formats/order-record.ts";
import type { Snapshot } from "./snapshot.ts";

/** Everything a batch depends on. Equal inputs give equal bytes, whatever runs them. */
export interface BatchInput {
  /** 1, 2, 3 … per desk. */
  readonly number: bigint;
  /** Strict: one serial pass decides. Optimised: trades that lack shares or cash wait for each other. */
  readonly mode: BatchMode;
  /** What "now" is for every expiry in the batch. */
  readonly time: bigint;
  readonly snapshot: Snapshot;
  /**
   * Hash of a batch file: `snapshot`, `filled` and `alreadyFinal` are what that batch left when it had settled in whole. The
   * file of this batch then names it and does not repeat them.
   */
  readonly follows?: string;
  /**
   * Signed orders and other messages, or their 160-byte records one after another. Records in shared memory are read where
   * they are: leave them alone until the batch is through.
   */
  readonly orders: readonly (SignedOrder | SignedMessage)[] | Uint8Array;
  /** Signatures over many orders at once, or their 80-byte records; by first order, none overlaps another. */
  readonly bulks?: readonly BulkSignature[] | Uint8Array;
  /** What contract accounts (ERC-1271) said about signatures, see `askContracts`. Left out: every signature is recovered. */
  readonly contracts?: ContractAnswers;
  /** Trades and other instructions in ingest order, or 80-byte records (ids and priorities are filled in anew). */
  readonly trades: readonly InstructionInput[] | Uint8Array;
  /**
   * Whether the records of `trades` in shared memory are the executor's from now on: it puts them in order and gives them their
   * ids where they are, and they become the result's. Left out, it does so with a copy.
   */
  readonly givesTrades?: boolean;
  /** Ids of trades that earlier batches accepted or refused for good; they are refused as duplicates. */
  readonly alreadyFinal?: ReadonlySet<string>;
  /** What earlier batches filled, by order id. */
  readonly filled?: ReadonlyMap<string, bigint>;
  /** The first second (Unix) in which nothing waits any longer in an optimised batch: what lacks something is refused. */
  readonly recycleUntil?: bigint;
  /** Most instructions in a chunk. */
  readonly maxChunkInstructions?: number;
  /** Most positions (account's shares of an asset, account's cash) that a chunk may touch; at least 4. */
  readonly maxChunkPositions?: number;
}

export const DEFAULT_MAX_CHUNK_INSTRUCTIONS = 4_096;

/** Leaves each position 65,000 of a transaction's 16,777,216 gas: enough even if all of them are new. */
export const DEFAULT_MAX_CHUNK_POSITIONS = 256;

/** A trade touches four positions, so a smaller chunk could not hold one. */
export const MIN_CHUNK_POSITIONS = 4;

/** Indices in a net vector are 16 bits. */
export const MAX_CHUNK_POSITIONS = 0xffff;
