import type { BatchInput } from "../batch-input.ts";
import type { BatchResult } from "../batch-result.ts";
import { closeBatch, emptyState, type GrowingState, type LogState } from "../replay/log-state.ts";
import { runSequential } from "../sequential/run-sequential.ts";
import type { Snapshot } from "../snapshot.ts";
import { requireSameState } from "./check-state.ts";
import type { Sent } from "./client.ts";
import { insist } from "./insist.ts";
import { requireSameResult } from "./judge.ts";
import { settleChunk } from "./settle-chunk.ts";
import { addReceipts, contentsOf } from "./settled-trades.ts";

/** What batches come to that follow each other and settle in whole: by the plain executor, one after another. */
export class PlainLine {
  readonly #state: GrowingState;
  readonly #final = new Set<string>();
  readonly #filled = new Map<string, bigint>();
  readonly #results: BatchResult[] = [];
  #positions: Snapshot;
  #follows: string | undefined;

  constructor(opening: Snapshot) {
    this.#positions = opening;
    this.#state = { ...emptyState(1n), positions: opening };
  }

  /** The number of the last batch. */
  get last(): bigint {
    return this.#state.lastBatch;
  }

  /** After the last batch. */
  get state(): LogState {
    return this.#state;
  }

  /** What the next batch opens with. */
  get opening(): Pick<BatchInput, "snapshot" | "follows" | "alreadyFinal" | "filled"> {
    const { final, filled, positions = this.#positions } = this.#state;
    const carried = { snapshot: positions, alreadyFinal: new Set(final), filled: new Map(filled) };
    return this.#follows === undefined ? carried : { ...carried, follows: this.#follows };
  }

  /** What batch `number` came to. */
  resultOf(number: bigint): BatchResult {
    const result = this.#results[Number(number) - 1];
    insist(result !== undefined, `batch ${number} is not done`);
    return result;
  }

  /** What `batch` comes to if it is the next one; nothing has happened yet. */
  judge(batch: Sent): Promise<BatchResult> {
    return runSequential({ ...batch, ...this.opening });
  }

  /** Goes on by a batch, of which `found` is what the executor has made. */
  async advance(batch: Sent, found?: BatchResult): Promise<void> {
    const judged = await this.judge(batch);
    if (found !== undefined) requireSameResult(judged, found);

    const opening = this.opening;
    const chunks = new Set(judged.chunks.keys());
    const contents = contentsOf(judged, opening);
    for (const chunk of judged.chunks) this.#positions = settleChunk(this.#positions, judged, chunk, contents);
    addReceipts(this.#final, this.#filled, judged, contents, chunks);
    closeBatch(this.#state, opening.snapshot, judged, chunks);
    this.#results.push(judged);
    this.#follows = judged.header.fileHash;

    const plain = { lastBatch: this.last, positions: this.#positions, final: this.#final, filled: this.#filled };
    requireSameState(this.#state, plain, `after batch ${this.last}`);
  }
}
