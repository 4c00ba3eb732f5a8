import { type BatchInput, readBatchFile } from "../../executor/index.ts";
import { ReceiptWriter } from "../../executor/ledger/receipts.ts";
import {
  type CarriedLedger,
  decideRows,
  decideUnposted,
  lowerBatch,
  openLedger,
} from "../../executor/ledger/run-ledger.ts";
import { decodeEntry, type OutcomeEntry } from "../../executor/log/entries.ts";
import { CUT } from "../../executor/log/frame.ts";
import { prepareBatch } from "../../executor/prepare-batch.ts";
import { sumOf, trustOf } from "../../executor/replay/outcome.ts";
import { sharedBytes } from "../../executor/workers/shared-bytes.ts";
import { readFrames, type WrittenLog } from "./replay-log.ts";

/** Milliseconds that all batches but the first took. */
export interface KernelTimes {
  readonly lowering: number;
  /** The pass with mandates, chunks and receipts. */
  readonly posted: number;
  /** The pass with receipts alone. */
  readonly unposted: number;
}

/** What decides the rows of a log's batches, once with and once without what posting needs, on a ledger of its own each. */
export async function createKernelPass({ folder }: WrittenLog): Promise<() => Promise<KernelTimes>> {
  const inputs: BatchInput[] = [];
  const outcomes: OutcomeEntry[] = [];
  await readFrames(folder, async (frame) => {
    if (frame.kind >= CUT) return;
    const entry = decodeEntry(frame);
    if (entry.kind === "outcome") outcomes.push(entry);
    if (entry.kind === "input") inputs.push(readBatchFile(entry.file, () => inputs[0] ?? fail()));
  });
  const [opening] = inputs;
  if (opening === undefined) return fail();
  const batches = inputs.map(prepareBatch);
  const open = () => openLedger({ ...prepareBatch(opening), orderCount: 0, instructionCount: 0 });

  const run = (ledger: CarriedLedger, isPosted: boolean) => {
    let [lowering, pass] = [0, 0];
    for (const [place, batch] of batches.entries()) {
      const outcome = outcomes[place] ?? fail();
      const { orderIds, orderStatus, receiptsSum } = trustOf(outcome);
      const { instructions, instructionCount: count } = batch;
      const receipts = sharedBytes(64 * count).fill(0);
      const started = performance.now();
      const { kernel, posting, rows, moved } = lowerBatch(batch, orderIds, orderStatus, instructions, ledger);
      const writer = new ReceiptWriter(instructions, rows, receipts, moved);
      const lowered = performance.now();
      if (isPosted) decideRows(count, kernel, posting, writer);
      else decideUnposted(count, kernel, writer);
      const decided = performance.now();
      if (isPosted && sumOf([receipts]) !== receiptsSum) throw new Error("the kernel came to other receipts");
      if (place === 0) continue;
      lowering += lowered - started;
      pass += decided - lowered;
    }
    return { lowering, pass };
  };
  return async () => {
    const posted = run(open(), true);
    const unposted = run(open(), false);
    return { lowering: posted.lowering, posted: posted.pass, unposted: unposted.pass };
  };
}

function fail(): never {
  throw new Error("the log does not hold what was written");
}
