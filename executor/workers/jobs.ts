/**
 * The work that is worth spreading: pure functions over ranges of records, each writing only its own part of a shared
 * result. The same code runs in worker threads and, for small batches or after a thread died, in the calling one.
 */
import secp256k1 from "secp256k1";
import { loadKeccak, loadKeccakOfParts } from "../formats/keccak.ts";
import { type BareHashesJob, hashBare } from "../income/bare-hashes.ts";
import { type DivideDepositJob, divideDeposit, type FindLossesJob, findLosses } from "../income/divide-deposit.ts";
import { hashSubtrees, type IncomeProofsJob, type IncomeTreeJob, writeProofs } from "../income/income-jobs.ts";
import { type SortHoldersJob, sortBuckets } from "../income/sort-holders.ts";
import { type SplitJob, splitRows } from "../ledger/split/split-job.ts";
import { type SignJob, signOrders } from "../load/sign-orders.ts";
import { type CommitJob, commitChunks } from "../tree/commit-chunks.ts";
import { hashPositionSubtrees, type PositionTreeJob } from "../tree/position-tree-job.ts";
import { identifyInstructions } from "../verify/identify-instructions.ts";
import type { TradesToIdentify } from "../verify/trade-digests.ts";
import { type BulksToVerify, verifyBulks } from "../verify/verify-bulks.ts";
import { type MessagesToVerify, verifyMessages } from "../verify/verify-messages.ts";
import { hashLong, type LongHashesJob } from "./long-hashes.ts";

export { ORDER_STATUS } from "../verify/message-status.ts";

/** What a job is divided into. */
export interface RangeOfItems {
  readonly total: number;
  /** Items that are taken at once. */
  readonly pieceSize: number;
}

/** Digest and signature of each order: its id (zero if malformed) and its status. */
export interface VerifyJob extends RangeOfItems, MessagesToVerify {
  readonly kind: "verify";
}

/** Whether the signature of each bulk counts, once its messages have been verified. */
export interface BulksJob extends RangeOfItems, BulksToVerify {
  readonly kind: "bulks";
}

/** Id of each instruction. */
export interface IdentifyJob extends RangeOfItems, TradesToIdentify {
  readonly kind: "identify";
}

/** Nothing but the library's recovery on digests made before: the measure of the verify stage. */
export interface RecoverJob extends RangeOfItems {
  readonly kind: "recover";
  readonly digests: Uint8Array;
  /** `r ‖ s ‖ v`, 65 bytes each. */
  readonly signatures: Uint8Array;
}

export type Job =
  | VerifyJob
  | BulksJob
  | IdentifyJob
  | CommitJob
  | PositionTreeJob
  | RecoverJob
  | SplitJob
  | SignJob
  | SortHoldersJob
  | FindLossesJob
  | DivideDepositJob
  | IncomeTreeJob
  | IncomeProofsJob
  | LongHashesJob
  | BareHashesJob;

/** Does the items from `from` up to `to`. */
export type RangeWork = (from: number, to: number) => void;

/** What `job` means in this thread. */
export async function createRangeWork(job: Job): Promise<RangeWork> {
  const keccak = await loadKeccak();

  switch (job.kind) {
    case "verify":
      return verifyMessages(keccak, job);
    case "bulks":
      return verifyBulks(keccak, job);
    case "identify":
      return identifyInstructions(keccak, job);
    case "commit":
      return commitChunks(job);
    case "positionTree":
      return hashPositionSubtrees(job);
    case "recover":
      return recoverKeys(job);
    case "split":
      return splitRows(job);
    case "sign":
      return signOrders(keccak, job);
    case "sortHolders":
      return sortBuckets(job);
    case "findLosses":
      return findLosses(job);
    case "divideDeposit":
      return divideDeposit(job);
    case "incomeTree":
      return hashSubtrees(job);
    case "incomeProofs":
      return writeProofs(job);
    case "longHashes":
      return hashLong(await loadKeccakOfParts(), job);
    case "bareHashes":
      return hashBare(job);
  }
}

function recoverKeys({ digests, signatures }: RecoverJob): RangeWork {
  const publicKey = new Uint8Array(65);

  return (from, to) => {
    for (let i = from; i < to; i++) {
      const signature = signatures.subarray(i * 65, i * 65 + 64);
      const recovery = (signatures[i * 65 + 64] ?? 27) - 27;
      secp256k1.ecdsaRecover(signature, recovery, digests.subarray(i * 32, i * 32 + 32), false, publicKey);
    }
  };
}
