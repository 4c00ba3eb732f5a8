import type { BatchResult } from "../batch-result.ts";
import { commitBatch } from "../commit-batch.ts";
import { cryptoKind } from "../crypto/crypto-kind.ts";
import { batchFileParts } from "../formats/batch-file.ts";
import { decodeAnswers } from "../formats/contract-answers.ts";
import { batchHash } from "../formats/header.ts";
import { toHex } from "../formats/hex.ts";
import { hasKind, KIND } from "../formats/instruction-record.ts";
import { loadKeccak } from "../formats/keccak.ts";
import { runLedger } from "../ledger/run-ledger.ts";
import type { PreparedBatch, PreparedRecords } from "../prepare-batch.ts";
import { countChecked, createStopwatch, onceJoined, sequenceBatch, verifyOrders } from "../run-batch.ts";
import type { KnownMessages } from "../verify/known-messages.ts";
import { hashOnThread } from "../workers/long-hashes.ts";
import type { JobRunner } from "../workers/pool.ts";
import { type Carried, withoutPositions } from "./carried.ts";
import type { EngineLog } from "./engine-log.ts";
import type { Ticket } from "./turns.ts";

/** A batch as records; what it opens with is carried. */
export type EngineBatch = PreparedRecords;

/** The places of a batch before the gates through which batches go in order. */
export interface StageTickets {
  readonly log: Ticket;
  readonly ledger: Ticket;
  readonly positions: Ticket;
  readonly outcome: Ticket;
}

export interface StageContext {
  readonly carried: Carried;
  readonly pool: JobRunner;
  readonly log: EngineLog;
  readonly known?: KnownMessages | undefined;
  /** What the signatures of a batch that is replayed came to; left out, they are verified. */
  readonly recorded?: Uint8Array | undefined;
  readonly signal: AbortSignal;
  /** Stops everything that would follow a batch that came to grief. */
  readonly fail: (cause: unknown) => void;
}

/** The nearer a batch is to its end, the sooner its pieces are done: it holds memory, and others wait behind it. */
const URGENCY = { verify: 0, sequence: 1, commit: 2 } as const;

/** Takes a batch through all stages. Passes every turn on, whatever happens. */
export async function runStages(
  records: EngineBatch,
  tickets: StageTickets,
  context: StageContext,
): Promise<BatchResult> {
  try {
    return await passStages(records, tickets, context);
  } catch (error) {
    if (!context.signal.aborted) context.fail(error); // before any turn is passed on: nothing may follow from half a batch
    throw error;
  } finally {
    for (const { turn, pass } of [tickets.log, tickets.ledger, tickets.positions, tickets.outcome])
      void turn.then(pass);
  }
}

async function passStages(
  records: EngineBatch,
  tickets: StageTickets,
  { carried, pool, log, known, recorded, signal }: StageContext,
): Promise<BatchResult> {
  const keccak = await loadKeccak();
  const { words } = carried;
  const lostBefore = pool.lost;
  const lap = createStopwatch();

  const options = { signal, urgency: URGENCY.verify };
  const verified = await verifyOrders(records, words, pool, options, known, recorded);
  const verify = lap();
  // An expiry names a place among the live holds, and those are known once the batch before is decided.
  const namesHolds = hasKind(records.instructions, [KIND.expire]);
  if (namesHolds) await tickets.ledger.turn;
  signal.throwIfAborted();
  const named = namesHolds ? { ...words, holds: carried.ledger.books.openingHoldIds() } : words;
  const instructions = await sequenceBatch(records, named, verified, pool, { signal, urgency: URGENCY.sequence });
  const sequence = lap();

  await tickets.log.turn;
  signal.throwIfAborted();
  const batch = openedBy(carried.opening, records, carried.follows);
  const parts = batchFileParts(batch, verified.orderIds, instructions);
  const fileHash = await hashOnThread(parts, pool, { signal, urgency: URGENCY.commit });
  if (carried.follows === undefined) carried.opening = withoutPositions(carried.opening);
  carried.follows = toHex(fileHash);
  const logged = log.input(batch.number, parts, batch.contracts && decodeAnswers(batch.contracts.file));
  tickets.log.pass();
  await Promise.all([logged, tickets.ledger.turn]);
  signal.throwIfAborted();
  const waiting = lap();

  const { orderIds, orderStatus } = verified;
  const decision = runLedger(batch, orderIds, orderStatus, instructions, carried.ledger);
  carried.ledger.books.close(instructions, decision.receipts);
  const ledger = lap();

  await tickets.positions.turn; // the trees of the batch before have read the positions
  signal.throwIfAborted();
  const touched = carried.positions.absorb(decision);
  const { tables: positions, trees } = carried.positions;
  tickets.ledger.pass();
  const { receipts } = decision;
  const decided = { ...decision, instructions, positions, trees, touched, fileHash: async () => fileHash };
  const { chunks, header } = await commitBatch(batch, decided, pool, { signal, urgency: URGENCY.commit });
  tickets.positions.pass();
  const file = onceJoined(parts);
  const result: BatchResult = {
    ...verified,
    instructions,
    receipts,
    chunks,
    header,
    batchHash: batchHash(keccak, batch.snapshot.chainId, batch.snapshot.desk, header),
    get file() {
      return file();
    },
    run: {
      workers: pool.size,
      workersLost: pool.lost - lostBefore,
      cryptoKind: cryptoKind(),
      signatures: countChecked(verified.orderStatus),
      timings: { ingest: 0, verify, sequence, ledger, commit: waiting + lap() },
    },
  };

  await tickets.outcome.turn;
  signal.throwIfAborted();
  const isWritten = log.outcome(result);
  tickets.outcome.pass();
  await isWritten;
  return result;
}

/** `records` as a batch that opens with what is carried: the first with all of it in its file, later ones with its hash. */
function openedBy(opening: PreparedBatch, records: EngineBatch, follows: string | undefined): PreparedBatch {
  const { snapshot, isPacked, alreadyFinal, filled } = opening;
  return {
    ...records,
    snapshot,
    get packed() {
      return opening.packed;
    },
    isPacked,
    follows,
    alreadyFinal,
    filled,
  };
}
