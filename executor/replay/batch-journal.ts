import type { BatchInput } from "../batch-input.ts";
import type { BatchResult } from "../batch-result.ts";
import { checkSnapshot } from "../check-snapshot.ts";
import { requireInput } from "../errors.ts";
import { normalAnswers } from "../formats/contract-answers.ts";
import { AppendLog } from "../log/append-log.ts";
import { encodeEntry, type LogEntry } from "../log/entries.ts";
import { type FileLayer, nodeFiles } from "../log/file-layer.ts";
import { startOf, type TornTail } from "../log/frame-reader.ts";
import type { LogHeader, LogIdentity } from "../log/log-header.ts";
import { type BatchOptions, runBatch } from "../run-batch.ts";
import { type ChunkSettler, settleBatch } from "../settle-batch.ts";
import { carryInto, type LogState } from "./log-state.ts";
import { outcomeOf } from "./outcome.ts";
import { logPath, type ReplayOptions, runnerOf } from "./replay-log.ts";
import { type OpenBatch, Replayer } from "./replayer.ts";
import { loadSnapshot, type SkippedSnapshot, writeSnapshot } from "./snapshot-folder.ts";

export interface JournalOptions extends Omit<ReplayOptions, "check"> {
  /** What becomes of batches whose outcome a crash has kept out of the log. Left out: they are run. Nothing of them was ever settled. */
  readonly unfinished?: "run" | "abandon";
}

/**
 * Runs batches so that a crash at any instant loses nothing: a batch is in the log, in canonical order, before anything of it
 * is decided, and its outcome before anything of it is settled. Opened again, it runs every batch since the last snapshot once
 * more, insists on the same outcome, and finishes what was begun.
 */
export class BatchJournal {
  /** Snapshots that were passed over when the journal was opened, and why. */
  readonly skippedSnapshots: readonly SkippedSnapshot[];
  readonly #folder: string;
  readonly #files: FileLayer;
  readonly #log: AppendLog;
  readonly #replayer: Replayer;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    folder: string,
    files: FileLayer,
    log: AppendLog,
    replayer: Replayer,
    skipped: readonly SkippedSnapshot[],
  ) {
    this.#folder = folder;
    this.#files = files;
    this.#log = log;
    this.#replayer = replayer;
    this.skippedSnapshots = skipped;
  }

  /** Opens the journal in `folder`, and makes it if there is none. Only one process at a time can have it open. */
  static async open(folder: string, identity: LogIdentity, options: JournalOptions = {}): Promise<BatchJournal> {
    const { files = nodeFiles, from = "snapshot", unfinished = "run" } = options;
    const nothing = { start: undefined, skipped: [] };
    const { start, skipped } = from === "start" ? nothing : await loadSnapshot(files, folder, identity);
    const how = { run: runnerOf(options.run) };
    let replayer: Replayer | undefined;
    const replayerOf = (header: LogHeader): Replayer => {
      replayer ??=
        start === undefined ? Replayer.fromStart(header, how, startOf(header)) : new Replayer(header, how, start);
      return replayer;
    };

    const log = await AppendLog.open(logPath(folder), identity, {
      files,
      ...(start === undefined ? {} : { after: start.after }),
      visit: (frame, header) => replayerOf(header).apply(frame),
    });
    const journal = new BatchJournal(folder, files, log, replayerOf(log.header), skipped);
    try {
      await (unfinished === "run" ? journal.finish() : journal.#abandonUndecided());
    } catch (error) {
      await log.close();
      throw error;
    }
    return journal;
  }

  /** What was cut off the log when it was opened. */
  get cut(): TornTail | undefined {
    return this.#log.cut;
  }

  /** After the last closed batch. */
  get state(): LogState {
    return this.#replayer.state;
  }

  /** Batches that are not closed: some of their chunks may have settled. */
  get open(): readonly OpenBatch[] {
    return this.#replayer.open;
  }

  /** The number that the next batch has to have. */
  get nextNumber(): bigint {
    return this.#replayer.nextNumber;
  }

  /**
   * Runs a batch. `input` says what is known from elsewhere to be final or filled; what the log knows is added. With
   * `options.settle`, chunks are settled and the batch is closed, too; otherwise say what became of it by {@link settled} and
   * {@link closeBatch}.
   */
  async run(input: BatchInput, options: BatchOptions = {}): Promise<BatchResult> {
    const { settle, ...rest } = options;
    const result = await this.#inTurn(() => this.#decide(input, rest));
    if (settle === undefined) return result;

    const { number } = result.header;
    const settleAndLog: ChunkSettler = async (chunk, batch) => {
      await settle(chunk, batch);
      await this.settled(number, [chunk.chunk.index]);
    };
    await settleBatch(result, settleAndLog, options.signal);
    await this.closeBatch(number);
    return result;
  }

  /** Writes down that `chunks` of a batch have settled on chain. */
  async settled(number: bigint, chunks: readonly number[]): Promise<void> {
    await this.#inTurn(() => this.#write({ kind: "settled", number, chunks }));
  }

  /** Writes down that no more chunks of a batch will settle. What was in the others is open again. */
  async closeBatch(number: bigint): Promise<void> {
    await this.#inTurn(() => this.#write({ kind: "closed", number }));
  }

  /** Gives up a batch that was never opened on chain. Its number is used again. */
  async abandon(number: bigint): Promise<void> {
    await this.#inTurn(() => this.#write({ kind: "abandoned", number }));
  }

  /** Writes the outcome of batches that have none in the log, because a crash or a full disk kept it out. */
  async finish(): Promise<void> {
    await this.#inTurn(async () => {
      await this.#replayer.runOpen();
      for (const { isDecided, result } of this.open) {
        if (!isDecided && result !== undefined) await this.#write(await outcomeOf(result));
      }
    });
  }

  /** Writes the state to a file, from which the next opening begins. Returns its path. */
  async snapshot(): Promise<string> {
    return this.#inTurn(() => {
      const { state, resumeAfter: after, seen } = this.#replayer;
      return writeSnapshot(this.#files, this.#folder, state, { identity: this.#log.header, after, seen });
    });
  }

  /** Ends the journal, and with it its log. */
  async close(): Promise<void> {
    await this.#inTurn(() => this.#log.close());
  }

  async #decide(input: BatchInput, options: Omit<BatchOptions, "settle">): Promise<BatchResult> {
    const { number } = input;
    const snapshot = checkSnapshot(input.snapshot);
    const [open] = this.open;
    requireInput(open === undefined, `batch ${open?.number} is still open; close it before batch ${number} begins`);
    const { chainId, desk } = this.#log.header;
    const isOwn = snapshot.chainId === chainId && snapshot.desk === desk;
    requireInput(isOwn, `batch ${number} is of chain ${snapshot.chainId}, desk ${snapshot.desk}, unlike the log`);

    const contracts = input.contracts && normalAnswers(input.contracts);
    const whole = carryInto({ ...input, snapshot, ...(contracts && { contracts }) }, this.state);
    if (contracts !== undefined) {
      const { block, blockHash, answers } = contracts;
      await this.#write({ kind: "answers", number, block, blockHash, answers });
    }
    let isLogged = false;
    const onSequenced = async (file: Uint8Array) => {
      await this.#write({ kind: "input", number, file }, { input: whole });
      isLogged = true;
      await options.onSequenced?.(file);
    };
    const result = await runBatch(whole, { ...options, onSequenced }).catch(async (error: unknown) => {
      // Nothing of it was settled, and what stopped it once may stop every replay. If not even this can be written, the next
      // opening runs the batch, which does no harm either.
      if (isLogged) await this.#write({ kind: "abandoned", number }).catch(() => undefined);
      throw error;
    });
    await this.#write(await outcomeOf(result), { result });
    return result;
  }

  async #abandonUndecided(): Promise<void> {
    for (const { number, isDecided } of [...this.open].reverse()) {
      if (!isDecided) await this.#write({ kind: "abandoned", number });
    }
  }

  /** Writes an entry that may come next, and takes it over once it is on the disk. */
  async #write(entry: LogEntry, given: Parameters<Replayer["accept"]>[2] = {}): Promise<void> {
    this.#replayer.check(entry);
    const { kind, payload } = encodeEntry(entry);
    const position = await this.#log.append(kind, payload);
    this.#replayer.accept(entry, position, given);
  }

  /** One thing after another, in the order of the calls. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
