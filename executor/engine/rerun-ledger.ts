import { type Ledgered, runLedger } from "../ledger/run-ledger.ts";
import type { OutcomeEntry } from "../log/entries.ts";
import { requireSame, sumOf, trustOf } from "../replay/outcome.ts";
import type { Carried } from "./carried.ts";
import type { EngineBatch } from "./run-stages.ts";

/**
 * Runs nothing of a logged batch but its ledger: order, ids and what the signatures came to are taken from the log. Throws a
 * `ReplayDifferenceError` unless every byte of the receipts, and the number of chunks, is what the log says. No root is hashed;
 * those in `outcome` are believed. The next batch that is run in whole, or {@link CarriedPositions.absorb}, brings the trees up.
 * Returns what the ledger came to.
 */
export function rerunLedger(carried: Carried, records: EngineBatch, outcome: OutcomeEntry): Ledgered {
  const { number, instructions, instructionCount, orderCount } = records;
  const { orderIds, orderStatus, receiptsSum } = trustOf(outcome);
  requireSame(number, "orders", orderStatus.length, orderCount);
  requireSame(number, "instructionCount", outcome.header.instructionCount, instructionCount);

  const decided = runLedger(records, orderIds, orderStatus, instructions, carried.ledger);
  carried.ledger.books.close(instructions, decided.receipts);
  requireSame(number, "receiptsSum", receiptsSum, sumOf([decided.receipts]));
  requireSame(number, "chunkCount", outcome.header.chunkCount, decided.closed.length);
  carried.positions.miss();
  carried.follows = outcome.header.fileHash;
  return decided;
}
