import type { BatchInput } from "../batch-input.ts";
import type { BatchResult } from "../batch-result.ts";
import { compareResults } from "../compare-results.ts";
import type { LogState } from "../replay/log-state.ts";
import { runSequential } from "../sequential/run-sequential.ts";
import { insist } from "./insist.ts";

/** The plain executor, which remembers its last batch: one that is open over many lives of a process is judged once. */
export class Judge {
  #last: { readonly input: BatchInput; readonly result: BatchResult } | undefined;

  /**
   * Insists that `result` is, byte for byte, what the plain executor makes of `input` and of what the chain says to be final
   * and filled. While `input` is the same object, the chain must not have closed a batch.
   */
  async hold(input: BatchInput, { final, filled }: LogState, result: BatchResult): Promise<void> {
    if (this.#last?.input !== input) {
      this.#last = { input, result: await runSequential({ ...input, alreadyFinal: final, filled }) };
    }
    requireSameResult(this.#last.result, result);
  }
}

/** Insists that two results of a batch are the same, byte for byte. */
export function requireSameResult(judged: BatchResult, result: BatchResult): void {
  if (isSame(judged, result)) return;
  insist(false, `batch ${judged.header.number} is not what the judge says: ${compareResults(judged, result)}`);
}

/** All that a batch hash does not cover, and the hash; what differs then is looked for only if something does. */
function isSame(one: BatchResult, other: BatchResult): boolean {
  const pairs = [
    [one.orderIds, other.orderIds],
    [one.orderStatus, other.orderStatus],
    [one.instructions, other.instructions],
    [one.receipts, other.receipts],
    [one.file, other.file],
  ] as const;
  return one.batchHash === other.batchHash && pairs.every(([left, right]) => Buffer.compare(left, right) === 0);
}
