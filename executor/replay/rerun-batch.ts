import type { BatchInput } from "../batch-input.ts";
import type { BatchResult } from "../batch-result.ts";
import { cryptoKind } from "../crypto/crypto-kind.ts";
import { writeBatchFile } from "../formats/batch-file.ts";
import { openLedger, runLedger } from "../ledger/run-ledger.ts";
import type { OutcomeEntry } from "../log/entries.ts";
import { runOptimised } from "../optimised/run-optimised.ts";
import { type PreparedBatch, prepareBatch } from "../prepare-batch.ts";
import { createStopwatch, runBatch } from "../run-batch.ts";
import type { CheckLevel } from "./check-level.ts";
import { requireSame, sumOf, trustOf } from "./outcome.ts";

/** Runs a batch of the log again and believes of its outcome what `check` says. */
export async function rerunBatch(
  input: BatchInput,
  outcome: OutcomeEntry | undefined,
  check: CheckLevel,
): Promise<BatchResult> {
  if (outcome === undefined || check === "all") return runBatch(input);
  if (check === "roots") return runBatch(input, { recorded: trustOf(outcome).orderStatus });
  return rerunLedgerOf(input, outcome);
}

/** The ledger alone. Throws at other receipts or another number of chunks; hashes are those of `outcome`, and roots of chunks are left empty. */
function rerunLedgerOf(input: BatchInput, outcome: OutcomeEntry): BatchResult {
  const lap = createStopwatch();
  const { orderIds, orderStatus, receiptsSum } = trustOf(outcome);
  const { number, header, batchHash, chunkLeaves } = outcome;
  const batch = prepareBatch(input);
  requireSame(number, "orders", orderStatus.length, batch.orderCount);
  requireSame(number, "instructionCount", header.instructionCount, batch.instructionCount);
  const ingest = lap();

  const { instructions, receipts, closed } = decide(batch, orderIds, orderStatus);
  requireSame(number, "receiptsSum", receiptsSum, sumOf([receipts]));
  requireSame(number, "chunkCount", header.chunkCount, closed.length);
  const timings = { ingest, verify: 0, sequence: 0, ledger: lap(), commit: 0 };

  return {
    orderIds,
    orderStatus,
    instructions,
    receipts,
    chunks: closed.map(({ encodeNet: _, ...chunk }, index) => {
      const roots = { instructionsRoot: "", receiptsRoot: "", movementsRoot: "", netHash: "", movementCount: 0 };
      return { index, ...roots, leaf: chunkLeaves[index] ?? "", ...chunk };
    }),
    header,
    batchHash,
    file: writeBatchFile(batch, orderIds, batch.instructions),
    run: { workers: 0, workersLost: 0, cryptoKind: cryptoKind(), signatures: 0, timings },
  };
}

function decide(batch: PreparedBatch, orderIds: Uint8Array, orderStatus: Uint8Array) {
  const { instructions } = batch;
  const carried = openLedger(batch);
  if (batch.mode === "optimised") return runOptimised(batch, { orderIds, orderStatus, instructions }, carried);
  return { instructions, ...runLedger(batch, orderIds, orderStatus, instructions, carried) };
}
