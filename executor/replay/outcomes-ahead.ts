import { decodeEntry, type OutcomeEntry } from "../log/entries.ts";
import { CUT } from "../log/frame.ts";
import type { FrameReader } from "../log/frame-reader.ts";

/**
 * Reads ahead in a log for the outcome of a batch that has to be run before its outcome is reached, because others follow it. Never
 * further than that: at most as many inputs are passed as may be open at once.
 */
export class OutcomesAhead {
  readonly #reader: FrameReader;
  /** By frame of the input; none if the batch was given up. */
  readonly #outcomes = new Map<number, OutcomeEntry | undefined>();
  /** The frame of the last input with a number. */
  readonly #inputs = new Map<bigint, number>();
  #isAtEnd = false;

  /** `reader` is not read by anyone else. */
  constructor(reader: FrameReader) {
    this.#reader = reader;
  }

  /** The outcome of the batch whose input is frame `sequence`; undefined if the log has none. */
  async outcomeOf(sequence: number): Promise<OutcomeEntry | undefined> {
    while (!this.#outcomes.has(sequence) && !this.#isAtEnd) await this.#readOn();
    const outcome = this.#outcomes.get(sequence);
    for (const earlier of this.#outcomes.keys()) if (earlier < sequence) this.#outcomes.delete(earlier);
    return outcome;
  }

  async #readOn(): Promise<void> {
    const frame = await this.#reader.next();
    if (frame === undefined) {
      this.#isAtEnd = true;
      return;
    }
    const entry = frame.kind < CUT ? decodeEntry(frame) : undefined;
    if (entry?.kind === "input") this.#inputs.set(entry.number, frame.position.sequence);
    if (entry?.kind !== "outcome" && entry?.kind !== "abandoned") return;

    const input = this.#inputs.get(entry.number);
    this.#inputs.delete(entry.number);
    if (input !== undefined) this.#outcomes.set(input, entry.kind === "outcome" ? entry : undefined);
  }
}
