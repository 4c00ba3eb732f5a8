import type { BatchInput } from "../batch-input.ts";
import type { BatchResult } from "../batch-result.ts";
import { requireInput } from "../errors.ts";
import { toHex } from "../formats/hex.ts";
import type { OutcomeEntry } from "../log/entries.ts";
import { prepareBatch, prepareRecords } from "../prepare-batch.ts";
import { trustOf } from "../replay/outcome.ts";
import { MAX_OPEN_BATCHES } from "../replay/replayer.ts";
import type { Snapshot } from "../snapshot.ts";
import type { KnownMessages } from "../verify/known-messages.ts";
import { type JobRunner, sharedPool } from "../workers/pool.ts";
import { type Carried, openCarried } from "./carried.ts";
import { type EngineLog, NO_LOG } from "./engine-log.ts";
import { EngineFullError, EngineStoppedError } from "./errors.ts";
import { rerunLedger } from "./rerun-ledger.ts";
import { type EngineBatch, runStages } from "./run-stages.ts";
import { Turns } from "./turns.ts";

/** A batch for the engine: it opens with what the one before left, so it brings only its orders and trades. */
export interface EngineInput
  extends Omit<BatchInput, "mode" | "snapshot" | "follows" | "alreadyFinal" | "filled" | "recycleUntil"> {
  /** What waits in an optimised batch keeps its id, and an engine's ids are used up for good. */
  readonly mode: "strict";
}

export interface EngineOptions {
  /** Worker threads of the pool that this process shares; 0 (as if left out) does everything in the calling thread. */
  readonly workers?: number;
  /** A pool of one's own instead. */
  readonly pool?: JobRunner;
  /** Batches in hand at once: one whose orders are verified, one that is decided, one that is committed to. Left out: {@link DEFAULT_ENGINE_BATCHES}. */
  readonly maxBatches?: number;
  /** What a batch beyond these does. Left out: it waits. */
  readonly whenFull?: "wait" | "refuse";
  readonly log?: EngineLog;
  /** Signatures that were valid in earlier batches, of this engine or another. Left out: every one is recovered. */
  readonly known?: KnownMessages;
}

/** What the engine opens with. */
export interface EngineOpening extends Pick<BatchInput, "alreadyFinal" | "filled"> {
  /** Columns behind it stay as they are for as long as the engine is open. */
  readonly snapshot: Snapshot;
  /** The number that the first batch has. Left out: 1. */
  readonly firstNumber?: bigint;
  /** Hash of the file of the batch whose end this is; left out if the first batch is to hold the snapshot in its own file. */
  readonly follows?: string;
}

/** Each batch in hand keeps its records and receipts in memory, and may be open in the log: no more than a replay takes. */
export const MAX_ENGINE_BATCHES = MAX_OPEN_BATCHES;

/** Callers that wait for a place; beyond it they are refused in any case. */
export const MAX_WAITING_CALLERS = 1_024;

/** Batches in hand if nothing else is said. */
export const DEFAULT_ENGINE_BATCHES = 4;

/**
 * Runs batches one after another and beside one another: while one batch is decided, the next ones are verified and the ones
 * before are committed to and logged. Positions, mandates, fills and used-up ids stay in memory from batch to batch, and nothing
 * of them is copied. Every result is byte for byte what `runSequential` gives if each batch opens with what the one before left,
 * all chunks of which count as settled; an engine is for a ledger that settles in whole, and {@link BatchJournal} for a chain that
 * may refuse a chunk.
 */
export class Engine {
  readonly #pool: JobRunner;
  readonly #carried: Carried;
  readonly #log: EngineLog;
  readonly #known: KnownMessages | undefined;
  readonly #maxBatches: number;
  readonly #whenFull: "wait" | "refuse";
  /** What stops each accepted batch that is not done. */
  readonly #stops = new Map<bigint, AbortController>();
  readonly #turns = { log: new Turns(), ledger: new Turns(), positions: new Turns(), outcome: new Turns() };
  readonly #inHand = new Set<Promise<unknown>>();
  readonly #waiting: (() => void)[] = [];
  #free: number;
  #nextNumber: bigint;
  #isClosed = false;
  /** Why nothing more is accepted. */
  #end: { readonly reason: unknown } | undefined;

  private constructor(carried: Carried, pool: JobRunner, firstNumber: bigint, options: EngineOptions) {
    const { maxBatches = DEFAULT_ENGINE_BATCHES, whenFull = "wait", log = NO_LOG } = options;
    requireInput(
      Number.isInteger(maxBatches) && maxBatches >= 1 && maxBatches <= MAX_ENGINE_BATCHES,
      `maxBatches ${maxBatches} is not from 1 to ${MAX_ENGINE_BATCHES}`,
    );
    this.#carried = carried;
    this.#pool = pool;
    this.#nextNumber = firstNumber;
    this.#maxBatches = maxBatches;
    this.#free = maxBatches;
    this.#whenFull = whenFull;
    this.#log = log;
    this.#known = options.known;
  }

  /** An engine that opens with `opening`. */
  static async open(opening: EngineOpening, options: EngineOptions = {}): Promise<Engine> {
    const { firstNumber = 1n } = opening;
    const pool = options.pool ?? (await sharedPool(options.workers ?? 0));
    const nothing = { number: firstNumber, mode: "strict", time: 0n, orders: [], trades: [] } as const;
    const carried = await openCarried(prepareBatch({ ...nothing, ...opening }), pool);
    return new Engine(carried, pool, firstNumber, options);
  }

  /** The number that the next batch has to have. */
  get nextNumber(): bigint {
    return this.#nextNumber;
  }

  /** Batches that were submitted and are not done. */
  get inHand(): number {
    return this.#inHand.size;
  }

  /**
   * Runs a batch after all that were accepted before it. Results come in the order of the batches. Throws an
   * `ExecutorInputError` if the batch cannot be one, and then its number is still free; an {@link EngineFullError} if there is
   * no place for it; an {@link EngineStoppedError} if the engine has stopped.
   */
  submit(input: EngineInput): Promise<BatchResult> {
    return this.#keepInHand(this.#submit(input));
  }

  /**
   * Runs a batch of a log again and believes what the log says its signatures came to; everything else is computed. For replays,
   * which compare the result with `outcome`.
   */
  resubmit(input: EngineInput, outcome: OutcomeEntry): Promise<BatchResult> {
    return this.#keepInHand(this.#submit(input, trustOf(outcome).orderStatus));
  }

  /**
   * Runs only the ledger of a batch of a log again, once nothing else is in hand, see {@link rerunLedger}; and believes the log in
   * everything else. Throws a `ReplayDifferenceError`, and then accepts nothing more, if it comes to other receipts.
   */
  async rerun(input: EngineInput, outcome: OutcomeEntry): Promise<void> {
    await this.drain();
    this.#requireRunning();
    const batch = this.#accept(input);
    try {
      rerunLedger(this.#carried, batch, outcome);
    } catch (reason) {
      this.#end ??= { reason };
      throw reason;
    }
  }

  /** Root of all positions as they are now; hashes what has changed. Nothing may be in hand. */
  async hashPositions(): Promise<string> {
    requireInput(this.inHand === 0, `${this.inHand} batches are in hand`);
    const { positions } = this.#carried;
    const touched = positions.absorb();
    await positions.trees.update(positions.tables, this.#pool, {}, touched);
    return toHex(positions.trees.root());
  }

  #keepInHand(run: Promise<BatchResult>): Promise<BatchResult> {
    this.#inHand.add(run);
    const forget = () => void this.#inHand.delete(run);
    run.then(forget, forget);
    return run;
  }

  /** Waits until nothing is in hand. */
  async drain(): Promise<void> {
    while (this.#inHand.size > 0) await Promise.allSettled(this.#inHand);
  }

  /**
   * Stops at once: batches in hand end with `reason`. One that is in the log already and has no outcome there is run when the
   * log is opened again.
   */
  async abort(reason: unknown = new EngineStoppedError("it was aborted")): Promise<void> {
    this.#end ??= { reason };
    for (const stop of this.#stops.values()) stop.abort(reason);
    await this.close();
  }

  /** Waits for what is in hand, takes no more, and closes the log. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.drain();
    await this.#log.close();
  }

  async #submit(input: EngineInput, recorded?: Uint8Array): Promise<BatchResult> {
    this.#requireRunning();
    await this.#takePlace();
    const { number } = input;
    const stop = new AbortController();
    try {
      if (this.#end !== undefined) throw this.#end.reason;
      const batch = this.#accept(input);
      this.#stops.set(number, stop);
      const tickets = {
        log: this.#turns.log.draw(),
        ledger: this.#turns.ledger.draw(),
        positions: this.#turns.positions.draw(),
        outcome: this.#turns.outcome.draw(),
      };
      return await runStages(batch, tickets, {
        carried: this.#carried,
        pool: this.#pool,
        log: this.#log,
        known: this.#known,
        recorded,
        signal: stop.signal,
        fail: (cause) => this.#failAt(number, cause),
      });
    } finally {
      // A batch that was refused may have the number of one in hand, which has to stay stoppable.
      if (this.#stops.get(number) === stop) this.#stops.delete(number);
      this.#leavePlace();
    }
  }

  /** Batch `number` came to grief: those before it may be finished, those behind it have nothing to follow from. */
  #failAt(number: bigint, cause: unknown): void {
    const reason = new EngineStoppedError(`batch ${number} failed`, cause);
    this.#end ??= { reason };
    for (const [other, stop] of this.#stops) if (other > number) stop.abort(reason);
  }

  /** Waits for a place among those in hand, first come, first served. */
  async #takePlace(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    if (this.#whenFull === "refuse" || this.#waiting.length >= MAX_WAITING_CALLERS) {
      throw new EngineFullError(this.#maxBatches);
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Gives a place to whoever has waited longest. */
  #leavePlace(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }

  /** Checks a batch and writes its records. */
  #accept(input: EngineInput): EngineBatch {
    requireInput(
      input.number === this.#nextNumber,
      `batch ${input.number} stands where batch ${this.#nextNumber} belongs`,
    );
    const batch = prepareRecords(input, this.#carried.opening.tables);
    this.#nextNumber += 1n;
    return batch;
  }

  #requireRunning(): void {
    if (this.#end !== undefined) throw new EngineStoppedError("a batch failed or was aborted", this.#end.reason);
    if (this.#isClosed) throw new EngineStoppedError("it was closed");
  }
}
