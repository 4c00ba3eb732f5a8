import { viewOf } from "../formats/integers.ts";
import { isAccepted } from "../formats/reason-codes.ts";
import { RECEIPT_AT, RECEIPT_BYTES } from "../formats/receipt.ts";
import type { LoadBatch } from "../load/create-load.ts";
import type { Snapshot } from "../snapshot.ts";
import { openJudge } from "./target.ts";

/** A result differs from the serial one: whatever was measured of it is worth nothing. */
export class WrongResultError extends Error {
  readonly batch: bigint;

  constructor(batch: bigint, expected: string, found: string) {
    super(
      `batch ${batch} came to ${found} instead of ${expected}, which the serial run came to; nothing is told of it`,
    );
    this.name = "WrongResultError";
    this.batch = batch;
  }
}

/** What a serial run of batches came to. A batch hash covers opening positions, order, receipts and net movements. */
export interface Verdict {
  readonly batchHashes: readonly string[];
  readonly accepted: number;
  readonly trades: number;
  readonly seconds: number;
}

/** Runs `batches` serially, each on what the ones before it left. */
export async function judge(snapshot: Snapshot, batches: readonly LoadBatch[]): Promise<Verdict> {
  const target = await openJudge(snapshot, 0);
  const batchHashes: string[] = [];
  let [accepted, trades] = [0, 0];
  const started = performance.now();

  for (const batch of batches) {
    const { batchHash, receipts } = await target.run(batch);
    batchHashes.push(batchHash);
    accepted += countAccepted(receipts);
    trades += receipts.length / RECEIPT_BYTES;
  }
  return { batchHashes, accepted, trades, seconds: (performance.now() - started) / 1_000 };
}

/** Throws unless the batches came to what the serial run came to. */
export function requireSame({ batchHashes }: Verdict, batches: readonly LoadBatch[], found: readonly string[]): void {
  for (const [place, { number }] of batches.entries()) {
    const [expected, hash] = [batchHashes[place] ?? "nothing", found[place] ?? "nothing"];
    if (hash !== expected) throw new WrongResultError(number, expected, hash);
  }
}

function countAccepted(receipts: Uint8Array): number {
  const view = viewOf(receipts);
  let accepted = 0;
  for (let at = 0; at < receipts.length; at += RECEIPT_BYTES) {
    accepted += Number(isAccepted(view.getUint16(at + RECEIPT_AT.code)));
  }
  return accepted;
}
