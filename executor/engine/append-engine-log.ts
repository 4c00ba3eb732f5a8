import type { BatchResult } from "../batch-result.ts";
import type { ContractAnswers } from "../formats/contract-answers.ts";
import { type Keccak, loadKeccak } from "../formats/keccak.ts";
import { type AppendLog, MAX_GROUP_BYTES } from "../log/append-log.ts";
import { encodeEntry, encodeInput } from "../log/entries.ts";
import { lengthOf } from "../log/frame.ts";
import { describeOutcome } from "../replay/outcome.ts";
import type { EngineLog } from "./engine-log.ts";

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

  /** A batch of an engine settles in whole and at once, and the log says so. */
  outcome(result: BatchResult): Promise<void> {
    const { number } = result.header;
    const chunks = [...result.chunks.keys()];
    const outcome = describeOutcome(this.#keccak, result);
    return this.#write(
      [outcome, { kind: "settled", number, chunks } as const, { kind: "closed", number } as const].map((entry) => {
        const { kind, payload } = encodeEntry(entry);
        return { kind, payload: [payload] };
      }),
    );
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#log.close();
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
