/**
 * The work that is worth spreading: pure functions over ranges of records, each writing only its own part of a shared
 * result. The same code runs in worker threads and, for small batches or after a thread died, in the calling one.
 */
import secp256k1 from "secp256k1";
import { createSignatureCheck } from "../crypto/check-signature.ts";
import type { WordTables } from "../formats/batch-tables.ts";
import { createDigester } from "../formats/digest.ts";
import { INSTRUCTION_BYTES } from "../formats/instruction-record.ts";
import { viewOf } from "../formats/integers.ts";
import { type Keccak, loadKeccak } from "../formats/keccak.ts";
import { HASH_BYTES } from "../formats/merkle.ts";
import { isOrderWellFormed, ORDER_AT, ORDER_BYTES } from "../formats/order-record.ts";
import { type BareHashesJob, hashBare } from "../income/bare-hashes.ts";
import { type DivideDepositJob, divideDeposit, type FindLossesJob, findLosses } from "../income/divide-deposit.ts";
import { hashSubtrees, type IncomeProofsJob, type IncomeTreeJob, writeProofs } from "../income/income-jobs.ts";
import { type SortHoldersJob, sortBuckets } from "../income/sort-holders.ts";
import { type SignJob, signOrders } from "../load/sign-orders.ts";
import { type CommitJob, commitChunks } from "../tree/commit-chunks.ts";
import { hashPositionSubtrees, type PositionTreeJob } from "../tree/position-tree-job.ts";

/** What became of an order in the verify stage. */
export const ORDER_STATUS = { valid: 0, malformed: 1, signatureInvalid: 2 } as const;

/** What a job is divided into. */
export interface RangeOfItems {
  readonly total: number;
  /** Items that are taken at once. */
  readonly pieceSize: number;
}

/** Digest and signature of each order: its id (zero if malformed) and its status. */
export interface VerifyJob extends RangeOfItems {
  readonly kind: "verify";
  readonly tables: WordTables;
  readonly orders: Uint8Array;
  readonly ids: Uint8Array;
  readonly status: Uint8Array;
}

/** Trade id of each instruction. */
export interface IdentifyJob extends RangeOfItems {
  readonly kind: "identify";
  readonly tables: WordTables;
  readonly orders: Uint8Array;
  readonly orderIds: Uint8Array;
  readonly instructions: Uint8Array;
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
  | IdentifyJob
  | CommitJob
  | PositionTreeJob
  | RecoverJob
  | SignJob
  | SortHoldersJob
  | FindLossesJob
  | DivideDepositJob
  | IncomeTreeJob
  | IncomeProofsJob
  | BareHashesJob;

/** Does the items from `from` up to `to`. */
export type RangeWork = (from: number, to: number) => void;

/** What `job` means in this thread. */
export async function createRangeWork(job: Job): Promise<RangeWork> {
  const keccak = await loadKeccak();

  switch (job.kind) {
    case "verify":
      return verifyOrders(keccak, job);
    case "identify":
      return identifyInstructions(keccak, job);
    case "commit":
      return commitChunks(job);
    case "positionTree":
      return hashPositionSubtrees(job);
    case "recover":
      return recoverKeys(job);
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
    case "bareHashes":
      return hashBare(job);
  }
}

function verifyOrders(keccak: Keccak, { tables, orders, ids, status }: VerifyJob): RangeWork {
  const digester = createDigester(keccak, tables);
  const isSigned = createSignatureCheck(keccak);
  const view = viewOf(orders);
  const assetCount = tables.assets.length / 32;
  const currencyCount = tables.currencies.length / 32;
  const accountCount = tables.accounts.length / 20;
  const id = new Uint8Array(HASH_BYTES);

  return (from, to) => {
    for (let order = from; order < to; order++) {
      const offset = order * ORDER_BYTES;
      if (!isOrderWellFormed(orders, view, offset, assetCount, currencyCount, accountCount)) {
        ids.fill(0, order * HASH_BYTES, (order + 1) * HASH_BYTES); // done again, it has to come out the same
        status[order] = ORDER_STATUS.malformed;
        continue;
      }
      digester.orderId(orders, view, offset, id, 0);
      ids.set(id, order * HASH_BYTES);
      const valid = isSigned(id, orders, offset + ORDER_AT.signature, offset + ORDER_AT.trader);
      status[order] = valid ? ORDER_STATUS.valid : ORDER_STATUS.signatureInvalid;
    }
  };
}

function identifyInstructions(keccak: Keccak, job: IdentifyJob): RangeWork {
  const { tables, orders, orderIds, instructions } = job;
  const digester = createDigester(keccak, tables);
  const view = viewOf(instructions);
  const known = { records: viewOf(orders), count: orders.length / ORDER_BYTES, ids: orderIds };

  return (from, to) => {
    for (let index = from; index < to; index++) {
      const offset = index * INSTRUCTION_BYTES;
      digester.tradeId(instructions, view, offset, known);
    }
  };
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
