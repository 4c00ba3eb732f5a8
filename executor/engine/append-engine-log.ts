import type { BatchResult } from "../batch-result.ts";
import { requireInput } from "../errors.ts";
import type { ContractAnswers } from "../formats/contract-answers.ts";
import { type Keccak, loadKeccak } from "../formats/keccak.ts";
import { type AppendLog, MAX_GROUP_BYTES } from "../log/append-log.ts";
import { encodeEntry, encodeInParts, encodeInput, type LogEntry } from "../log/entries.ts";
import { lengthOf } from "../log/frame.ts";
import { describeOutcome } from "../replay/outcome.ts";
import type { EngineLog } from "./engine-log.ts";

/** What a batch of an engine ends with in the log, in this order. */
export const ENDINGS = ["outcome", "settled", "closed"] as const;
export type Ending = (typeof ENDINGS)[number];

interface Entry {
  readonly kind: number;
  readonly payload: readonly Uint8Array[];
}

interface Waiting {
  readonly entries: readonly Entry[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The engine's log on disk: frames that `replayLog` reads. What comes while the disk is busy is written together and made durable
 * by one sync. After the first failure nothing more is written, so that no batch stands behind a gap.
 */
export class AppendEngineLog implements EngineLog {
  readonly #log: AppendLog;
  readonly #keccak: Keccak;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  private constructor(log: AppendLog, keccak: Keccak) {
    this.#log = log;
    this.#keccak = keccak;
  }

  /** Writes behind what is in `log`, which it closes in the end. */
  static async over(log: AppendLog): Promise<AppendEngineLog> {
    return new AppendEngineLog(log, await loadKeccak());
  }

  input(number: bigint, file: readonly Uint8Array[], answers?: ContractAnswers): Promise<void> {
    const input = encodeInput(number, file);
    if (answers === undefined) return this.#write([input]);
    const { kind, payload } = encodeEntry({ kind: "answers", number, ...answers });
    return this.#write([{ kind, payload: [payload] }, input]);
  }

  outcome(result: BatchResult): Promise<void> {
    return this.complete(result, ENDINGS);
  }

  /** Writes the entries of `endings` that a batch ends with: it settles in whole and at once, and the log says so. */
  complete(result: BatchResult, endings: readonly Ending[]): Promise<void> {
    const { number } = result.header;
    return this.#writeEntries(
      endings.map((ending) =>
        ending === "outcome" ? describeOutcome(this.#keccak, result) : endingOf(ending, number, result.chunks.length),
      ),
    );
  }

  /** The same for a batch whose outcome is in the log already. */
  end(number: bigint, chunkCount: number, endings: readonly Ending[]): Promise<void> {
    requireInput(!endings.includes("outcome"), `batch ${number} has no outcome yet`);
    return this.#writeEntries(endings.map((ending) => endingOf(ending, number, chunkCount)));
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#log.close();
  }

  #writeEntries(entries: readonly LogEntry[]): Promise<void> {
    return this.#write(entries.map(encodeInParts));
  }

  #write(entries: readonly Entry[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entries, resolve, reject });
      this.#writing ??= this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) await this.#writeGroup(this.#takeGroup());
    this.#writing = undefined;
  }

  async #writeGroup(group: readonly Waiting[]): Promise<void> {
    try {
      if (this.#failure !== undefined) throw this.#failure.error;
      const entries = group.flatMap((each) => each.entries);
      await Promise.all(entries.map(({ kind, payload }) => this.#log.append(kind, payload)));
      for (const { resolve } of group) resolve();
    } catch (error) {
      this.#failure ??= { error };
      for (const { reject } of group) reject(error);
    }
  }

  /** As much as the log makes durable at once, and one at least. */
  #takeGroup(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { entries } of this.#waiting) {
      bytes += entries.reduce((sum, { payload }) => sum + lengthOf(payload), 0);
      if (count > 0 && bytes > MAX_GROUP_BYTES) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }
}

/** What says that all chunks of a batch have settled, or that it is closed. */
function endingOf(ending: Ending, number: bigint, chunkCount: number): LogEntry {
  return ending === "settled"
    ? { kind: "settled", number, chunks: Array.from({ length: chunkCount }, (_, chunk) => chunk) }
    : { kind: "closed", number };
}
