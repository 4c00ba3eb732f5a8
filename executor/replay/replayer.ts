import type { BatchInput } from "../batch-input.ts";
import type { BatchResult } from "../batch-result.ts";
import { requireInput } from "../errors.ts";
import { isFollowing, type Opening, readBatchFile } from "../formats/batch-file.ts";
import type { ContractAnswers } from "../formats/contract-answers.ts";
import { type AnswersEntry, decodeEntry, type LogEntry, type OutcomeEntry } from "../log/entries.ts";
import { CUT } from "../log/frame.ts";
import type { Frame, LogPosition } from "../log/frame-reader.ts";
import type { LogIdentity } from "../log/log-header.ts";
import { runBatch } from "../run-batch.ts";
import { runSequential } from "../sequential/run-sequential.ts";
import { closeBatch, emptyState, findUncarried, type GrowingState, type LogState } from "./log-state.ts";
import { outcomeOf, requireSameOutcome } from "./outcome.ts";
import { ReplayDifferenceError } from "./replay-difference.ts";

/** How a batch of the log is run again; `outcome` is what the log says of it, for who believes any of that. */
export type Runner = (input: BatchInput, outcome?: OutcomeEntry) => Promise<BatchResult>;

/** How a replay goes about its batches. */
export interface ReplayHow {
  readonly run: Runner;
  /** Whether `run` compares all that it checks by itself, and fills in the rest from the outcome. Left out: it does not. */
  readonly comparesItself?: boolean;
  /** The outcome of the batch whose input is frame `sequence`, wherever it stands in the log. Left out: nobody believes it. */
  readonly outcomeOf?: (sequence: number) => Promise<OutcomeEntry | undefined>;
}

/** `fast` is what ran it first, `judge` the plain version that decides when in doubt. */
export const RUNNERS: Readonly<Record<"fast" | "judge", Runner>> = {
  fast: (input) => runBatch(input),
  judge: runSequential,
};

/** A batch that is in the log and not closed yet. */
export interface OpenBatch {
  readonly number: bigint;
  readonly input: BatchInput;
  /** The batch file. */
  readonly file: Uint8Array;
  /** Undefined until it was run. */
  readonly result: BatchResult | undefined;
  /** Whether its outcome is in the log. */
  readonly isDecided: boolean;
  /** Chunks that have settled. */
  readonly settled: ReadonlySet<number>;
  /** The frame before its input: where a later replay has to begin. */
  readonly after: LogPosition;
}

/** Where a replay begins, and with what. */
export interface ReplayStart {
  readonly after: LogPosition;
  readonly state: GrowingState;
  /** Up to here, what the log says of batches that are closed in `state` is in it. */
  readonly seen: number;
}

/** Inputs may run ahead of settlement, but not without end: each holds its batch in memory. */
export const MAX_OPEN_BATCHES = 16;

/**
 * Goes through the entries of a log and holds what they come to. It is the one place that says which entry may follow which; who
 * writes a log asks it before every entry, and so cannot write what could not be replayed.
 */
export class Replayer {
  readonly #identity: LogIdentity;
  readonly #how: ReplayHow;
  readonly #state: GrowingState;
  readonly #seenAtStart: number;
  #position: LogPosition;
  #open: OpenBatch[] = [];
  /** Answers for the batch whose input comes next, and the frame before the first of them. */
  #answers: { readonly entry: AnswersEntry; readonly after: LogPosition } | undefined;
  #batches = 0;
  /** Hash of the file of the last closed batch; unknown right after a snapshot. */
  #lastFileHash: string | undefined;
  /** The frames of the inputs of open batches, and of some that no longer are. */
  readonly #inputAt = new Map<bigint, number>();

  constructor(identity: LogIdentity, how: ReplayHow, { after, state, seen }: ReplayStart) {
    this.#identity = identity;
    this.#how = how;
    this.#position = after;
    this.#state = state;
    this.#seenAtStart = seen;
  }

  /** A replay from the first frame. */
  static fromStart(identity: LogIdentity, how: ReplayHow, start: LogPosition): Replayer {
    return new Replayer(identity, how, { after: start, state: emptyState(identity.firstBatch), seen: 0 });
  }

  /** After the last closed batch. */
  get state(): LogState {
    return this.#state;
  }

  /** Oldest first. */
  get open(): readonly OpenBatch[] {
    return this.#open;
  }

  /** How many batches were run. */
  get batches(): number {
    return this.#batches;
  }

  /** The last frame that was taken. */
  get seen(): number {
    return this.#position.sequence;
  }

  /** The number that the next input has to have. */
  get nextNumber(): bigint {
    return this.#state.lastBatch + BigInt(this.#open.length) + 1n;
  }

  /** Where a later replay may begin with {@link state}. */
  get resumeAfter(): LogPosition {
    return this.#open[0]?.after ?? this.#answers?.after ?? this.#position;
  }

  /** Takes a frame that is in the log: runs what has to be run, and compares it with what the log says. */
  async apply(frame: Frame): Promise<void> {
    const entry = frame.kind < CUT ? decodeEntry(frame) : undefined;
    if (entry !== undefined && !this.#isSeen(entry, frame.position)) {
      this.check(entry);
      if (entry.kind === "input") this.#inputAt.set(entry.number, frame.position.sequence);
      await this.#prepare(entry);
      this.#take(entry);
    }
    this.#position = frame.position;
  }

  /** Takes an entry that was just written, after {@link check}; an outcome comes with the result that is there already. */
  accept(
    entry: LogEntry,
    position: LogPosition,
    given: { readonly input?: BatchInput; readonly result?: BatchResult },
  ) {
    if (given.result !== undefined) this.#change(entry.number, { result: given.result });
    this.#take(entry, given.input);
    this.#position = position;
  }

  /** Runs the open batches that have not been run: those whose outcome a crash has kept out of the log. */
  async runOpen(): Promise<void> {
    for (const { number } of this.#open) await this.#resultOf(number);
  }

  /** Throws an `ExecutorInputError` unless `entry` may come next. */
  check(entry: LogEntry): void {
    const { kind, number } = entry;
    if (kind === "answers") {
      requireInput(
        number === this.nextNumber,
        `answers for batch ${number} stand where batch ${this.nextNumber} belongs`,
      );
      return;
    }
    if (kind === "input") {
      const count = this.#open.length;
      requireInput(number === this.nextNumber, `batch ${number} stands where batch ${this.nextNumber} belongs`);
      requireInput(count < MAX_OPEN_BATCHES, `batch ${number}: ${count} batches are open already`);
      return;
    }

    const batch = this.#open.find((each) => each.number === number);
    requireInput(batch !== undefined, `batch ${number} is "${kind}", but not open`);
    if (kind === "outcome") {
      const first = this.#open.find(({ isDecided }) => !isDecided)?.number;
      requireInput(number === first, `batch ${number} has an outcome already, or batch ${first} comes first`);
    } else if (kind === "abandoned") {
      const isNewest = batch === this.#open.at(-1);
      requireInput(isNewest, `batch ${number} cannot be given up, because batch ${this.#open.at(-1)?.number} follows`);
      requireInput(batch.settled.size === 0, `batch ${number} cannot be given up, because chunks of it have settled`);
    } else {
      const oldest = this.#open[0]?.number;
      requireInput(number === oldest, `batch ${number} is "${kind}" before batch ${oldest} is closed`);
      requireInput(batch.isDecided, `batch ${number} is "${kind}", but has no outcome`);
    }
    if (kind === "settled") this.#checkChunks(batch, entry.chunks);
    if (kind === "closed" && this.#open[1]?.input.follows !== undefined) {
      const isWhole = batch.settled.size === batch.result?.chunks.length;
      requireInput(
        isWhole,
        `batch ${number} is closed without some of its chunks, but batch ${number + 1n} follows it`,
      );
    }
  }

  #checkChunks({ number, result, settled }: OpenBatch, chunks: readonly number[]): void {
    const odd = chunks.find((chunk, place) => {
      return chunk >= (result?.chunks.length ?? 0) || settled.has(chunk) || chunks.indexOf(chunk) !== place;
    });
    requireInput(odd === undefined, `batch ${number}: chunk ${odd} does not exist or has settled already`);
  }

  /** Whether a snapshot that the replay began with holds what `entry` says already. */
  #isSeen({ kind, number }: LogEntry, { sequence }: LogPosition): boolean {
    return sequence <= this.#seenAtStart && kind !== "input" && number <= this.#state.lastBatch;
  }

  /** What has to be known before an entry of the log can be taken. */
  async #prepare(entry: LogEntry): Promise<void> {
    if (entry.kind === "input" && isFollowing(entry.file)) await this.runOpen();
    if (entry.kind === "outcome") {
      const result = await this.#resultOf(entry.number, entry);
      if (this.#how.comparesItself !== true) requireSameOutcome(entry, await outcomeOf(result));
    }
    if (entry.kind === "closed") {
      // Those behind it were sequenced without knowing what is closed now, and are judged by what they could know.
      await this.runOpen();
    }
  }

  #take(entry: LogEntry, input?: BatchInput): void {
    const { kind, number } = entry;
    if (kind === "answers") {
      this.#answers = { entry, after: this.#answers?.after ?? this.#position };
    } else if (kind === "input") {
      const read = input ?? this.#readInput(number, entry.file);
      this.#requireAnswers(number, read.contracts);
      const after = this.#answers?.after ?? this.#position;
      this.#answers = undefined;
      const { file } = entry;
      this.#open.push({ number, input: read, file, result: undefined, isDecided: false, settled: new Set(), after });
    } else if (kind === "outcome") {
      this.#change(number, { isDecided: true });
    } else if (kind === "settled") {
      const settled = this.#open[0]?.settled ?? [];
      this.#change(number, { settled: new Set([...settled, ...entry.chunks]) });
    } else if (kind === "closed") {
      const batch = this.#open.shift();
      this.#lastFileHash = batch?.result?.header.fileHash;
      if (batch?.result !== undefined) closeBatch(this.#state, batch.input.snapshot, batch.result, batch.settled);
    } else if (kind === "abandoned") {
      this.#open.pop();
    }
  }

  #readInput(number: bigint, file: Uint8Array): BatchInput {
    const input = readBatchFile(file, (fileHash) => this.#openingAfter(number, fileHash));
    const { chainId, desk } = input.snapshot;

    requireInput(input.number === number, `the file of batch ${number} says that it is batch ${input.number}`);
    const isOwn = chainId === this.#identity.chainId && desk === this.#identity.desk;
    requireInput(isOwn, `batch ${number} is of chain ${chainId}, desk ${desk}, unlike its log`);
    return input;
  }

  /** Throws unless a batch was decided by the answers that the log has for it, all of them and no others, or by none. */
  #requireAnswers(number: bigint, contracts: ContractAnswers | undefined): void {
    if (contracts === undefined) return; // what was asked for an input that never came
    const logged = this.#answers?.entry;
    const list = (answers: ContractAnswers["answers"]) =>
      answers.map(({ order, account, digest, isValid }) => `${order}/${account}/${digest}/${isValid}`).join();
    const isSame =
      logged?.block === contracts.block &&
      logged.blockHash === contracts.blockHash &&
      list(logged.answers) === list(contracts.answers);
    requireInput(isSame, `batch ${number} has other answers of contract accounts than the log has before it`);
  }

  /** What all batches so far leave, the open ones when they have settled in whole. */
  #openingAfter(number: bigint, fileHash: string): Opening {
    const before = this.#open.at(-1)?.result?.header.fileHash ?? this.#lastFileHash;
    const isNext = before === undefined || before === fileHash;
    requireInput(isNext, `batch ${number} follows the one with the file ${fileHash}, not the one before it`);

    const state: GrowingState = {
      ...this.#state,
      final: new Set(this.#state.final),
      filled: new Map(this.#state.filled),
    };
    for (const { input, result } of this.#open) {
      if (result !== undefined) closeBatch(state, input.snapshot, result, new Set(result.chunks.keys()));
    }
    requireInput(state.positions !== undefined, `batch ${number} follows another one, but none is there`);
    return { snapshot: state.positions, filled: state.filled, alreadyFinal: state.final };
  }

  /** The result of an open batch, which is run if it has not been. */
  async #resultOf(number: bigint, known?: OutcomeEntry): Promise<BatchResult> {
    const batch = this.#open.find((each) => each.number === number);
    requireInput(batch !== undefined, `batch ${number} is not open`);
    if (batch.result !== undefined) return batch.result;

    const { input, file } = batch;
    const { run, outcomeOf: find } = this.#how;
    const outcome = find && (known ?? (await find(this.#inputAt.get(number) ?? 0)));
    const result = await (outcome === undefined ? run(input) : run(input, outcome));
    this.#batches += 1;
    if (Buffer.compare(result.file, file) !== 0) {
      throw new ReplayDifferenceError(number, "batch file", `one of ${file.length} bytes`, "another one");
    }
    const lost = findUncarried(this.#state, input, result);
    if (lost !== undefined) throw new ReplayDifferenceError(number, lost.field, lost.expected, lost.found);
    this.#change(number, { result });
    return result;
  }

  #change(number: bigint, change: Partial<OpenBatch>): void {
    this.#open = this.#open.map((batch) => (batch.number === number ? { ...batch, ...change } : batch));
  }
}
