import type { BatchResult } from "../batch-result.ts";
import type { ContractAnswers } from "../formats/contract-answers.ts";
import { ReplayDifferenceError } from "../replay/replay-difference.ts";
import type { EngineLog } from "./engine-log.ts";

/** Holds the files of batches that are run again against those in the log, and later writes to the log itself. */
export class ReplayedLog implements EngineLog {
  readonly #expected = new Map<bigint, Uint8Array>();
  #log: EngineLog | undefined;

  /** The batch with this number has to have this file. */
  expect(number: bigint, file: Uint8Array): void {
    this.#expected.set(number, file);
  }

  goOn(log: EngineLog): void {
    this.#log = log;
  }

  async input(number: bigint, parts: readonly Uint8Array[], answers?: ContractAnswers): Promise<void> {
    const expected = this.#expected.get(number);
    if (expected === undefined) return this.#log?.input(number, parts, answers);
    this.#expected.delete(number);
    if (!isMadeOf(expected, parts)) {
      throw new ReplayDifferenceError(number, "batch file", `one of ${expected.length} bytes`, "another one");
    }
  }

  async outcome(result: BatchResult): Promise<void> {
    await this.#log?.outcome(result);
  }

  async close(): Promise<void> {
    await this.#log?.close();
  }
}

/** Whether `file` is `parts` one after another. */
function isMadeOf(file: Uint8Array, parts: readonly Uint8Array[]): boolean {
  let at = 0;
  for (const part of parts) {
    if (Buffer.compare(part, file.subarray(at, at + part.length)) !== 0) return false;
    at += part.length;
  }
  return at === file.length;
}
