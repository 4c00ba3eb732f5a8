import type { BatchResult } from "../batch-result.ts";
import { requireInput } from "../errors.ts";
import { type Opening, readBatchFile } from "../formats/batch-file.ts";
import { type Keccak, loadKeccak } from "../formats/keccak.ts";
import { decodeEntry, type LogEntry, type OutcomeEntry } from "../log/entries.ts";
import { CUT } from "../log/frame.ts";
import type { Frame } from "../log/frame-reader.ts";
import type { CheckLevel } from "../replay/check-level.ts";
import { describeOutcome, requireSameOutcome } from "../replay/outcome.ts";
import { ReplayDifferenceError } from "../replay/replay-difference.ts";
import { hashOnThread } from "../workers/long-hashes.ts";
import { type JobRunner, sharedPool } from "../workers/pool.ts";
import { type AppendEngineLog, ENDINGS, type Ending } from "./append-engine-log.ts";
import { bareOf } from "./carried.ts";
import { DEFAULT_ENGINE_BATCHES, Engine, type EngineInput, type EngineOpening, type EngineOptions } from "./engine.ts";
import { ReplayedLog } from "./replayed-log.ts";

/** A batch of the log that is run again. */
interface Rerun {
  readonly number: bigint;
  readonly input: EngineInput;
  readonly file: Uint8Array;
  /** What of its end is in the log already. */
  readonly endings: Ending[];
  /** Known once its outcome is. */
  chunkCount: number;
  /** Settles when it has been run, if it is run in whole; a failure is told when somebody asks. */
  result: Promise<BatchResult> | undefined;
}

/** Batches whose roots are being hashed while the log is read on. */
const MOST_COMPARED_AT_ONCE = 4;

/**
 * Runs what an engine's log holds, frame by frame, as fast as an engine can. Throws a `ReplayDifferenceError` at the first thing that
 * `check` notices; a batch without outcome in the log is run in whole and checked in whole.
 */
export class EngineReplay {
  readonly #options: EngineOptions;
  readonly #check: CheckLevel;
  readonly #log = new ReplayedLog();
  readonly #keccak: Keccak;
  readonly #pool: JobRunner;
  #engine: Engine | undefined;
  /** What later batches have to agree with of what the first opens with. */
  #opening: Opening | undefined;
  /** Batches whose end is not in the log in whole, oldest first. */
  readonly #unended: Rerun[] = [];
  /** Results that are still to be compared, oldest first. */
  readonly #compared: Promise<void>[] = [];
  /** The outcome whose root of positions was believed last. */
  #believed: OutcomeEntry | undefined;

  private constructor(keccak: Keccak, options: EngineOptions & { readonly pool: JobRunner }, check: CheckLevel) {
    this.#keccak = keccak;
    this.#pool = options.pool;
    this.#options = options;
    this.#check = check;
  }

  static async create(options: EngineOptions, check: CheckLevel = "all"): Promise<EngineReplay> {
    const pool = options.pool ?? (await sharedPool(options.workers ?? 0));
    return new EngineReplay(await loadKeccak(), { ...options, pool }, check);
  }

  /** Takes the next frame of the log. */
  async visit(frame: Frame): Promise<void> {
    if (frame.kind >= CUT) return;
    const entry = decodeEntry(frame);
    if (entry.kind === "answers") return; // the batch file has them, too
    if (entry.kind === "input") await this.#takeInput(entry.number, entry.file);
    else await this.#takeEnding(entry);
  }

  /** Waits until everything that was taken has been compared. */
  async drain(): Promise<void> {
    while (this.#compared.length > 0) await this.#compared.shift();
  }

  /** Compares what is left, runs what has no outcome, writes what is missing of ends, and goes on from there. */
  async finish(opening: EngineOpening, log: AppendEngineLog): Promise<Engine> {
    await this.drain();
    await this.checkPositions();
    const engine = this.#engine ?? (await Engine.open(opening, { ...this.#options, log: this.#log }));
    for (const rerun of this.#unended) if (rerun.endings.length === 0) this.#start(engine, rerun);
    for (const { number, endings, chunkCount, result } of this.#unended) {
      const missing = ENDINGS.slice(endings.length);
      if (result !== undefined) await log.complete(await result, missing);
      else await log.end(number, chunkCount, missing);
    }
    this.#log.goOn(log);
    return engine;
  }

  /** Ends what is still run: nobody will take it. */
  async stop(reason: unknown): Promise<void> {
    await this.#engine?.abort(reason);
  }

  /** Holds the positions against the last root that was believed, if one was. */
  async checkPositions(): Promise<void> {
    const outcome = this.#believed;
    this.#believed = undefined;
    if (outcome === undefined || this.#engine === undefined) return;
    const found = await this.#engine.hashPositions();
    const { number, header } = outcome;
    if (found !== header.positionsRoot) {
      throw new ReplayDifferenceError(number, "positionsRoot", header.positionsRoot, found);
    }
  }

  async #takeInput(number: bigint, file: Uint8Array): Promise<void> {
    const input = readBatchFile(file, () => {
      requireInput(this.#opening !== undefined, `batch ${number} follows another one, but is the first in the log`);
      return this.#opening;
    });
    if (this.#engine === undefined) {
      this.#opening = { snapshot: bareOf(input.snapshot) };
      this.#engine = await Engine.open({ ...input, firstNumber: number }, { ...this.#options, log: this.#log });
    } else {
      requireInput(
        input.follows !== undefined,
        `batch ${number} does not follow the one before; no engine wrote this log`,
      );
    }
    requireInput(input.mode === "strict", `batch ${number} is ${input.mode}; no engine wrote this log`);
    const { snapshot, filled, alreadyFinal, follows, recycleUntil, mode, ...records } = input;
    const rerun: Rerun = {
      number,
      input: { ...records, mode: "strict" },
      file,
      endings: [],
      chunkCount: 0,
      result: undefined,
    };
    this.#unended.push(rerun);
    if (this.#check !== "all") return;
    await this.#waitForPlace();
    this.#start(this.#engine, rerun);
  }

  /** Until the engine has a place, which it may refuse to wait for itself. */
  async #waitForPlace(): Promise<void> {
    const { maxBatches = DEFAULT_ENGINE_BATCHES } = this.#options;
    const running = this.#unended.flatMap(({ result }) => (result === undefined ? [] : [result]));
    const over = Math.max(0, running.length - maxBatches + 1);
    for (const result of running.slice(0, over)) await result;
  }

  /** Runs a batch in whole, unless that is under way. */
  #start(engine: Engine, rerun: Rerun): void {
    if (rerun.result !== undefined) return;
    this.#log.expect(rerun.number, rerun.file);
    rerun.result = engine.submit(rerun.input);
    rerun.result.catch(() => undefined); // whoever asks for it is told
  }

  /** Takes an entry that belongs to the end of the oldest batch: all of them, in order, and of all its chunks. */
  async #takeEnding(entry: LogEntry): Promise<void> {
    const [rerun] = this.#unended;
    const expected = ENDINGS[rerun?.endings.length ?? 0];
    const isNext = rerun?.number === entry.number && entry.kind === expected;
    requireInput(
      isNext && expected !== undefined,
      `batch ${entry.number} is "${entry.kind}"; no engine wrote this log`,
    );

    if (entry.kind === "outcome") await this.#takeOutcome(rerun, entry);
    if (entry.kind === "settled") {
      const isWhole = entry.chunks.length === rerun.chunkCount;
      requireInput(isWhole, `batch ${entry.number} settled in part; no engine wrote this log`);
    }
    rerun.endings.push(expected);
    if (rerun.endings.length === ENDINGS.length) this.#unended.shift();
  }

  async #takeOutcome(rerun: Rerun, outcome: OutcomeEntry): Promise<void> {
    const engine = this.#engine;
    if (engine === undefined) throw new RangeError("an outcome comes behind an input");
    rerun.chunkCount = outcome.header.chunkCount;

    if (this.#check === "ledger") {
      await engine.rerun(rerun.input, outcome);
      this.#believed = outcome;
      return;
    }
    if (this.#check === "roots") {
      this.#log.expect(rerun.number, rerun.file);
      rerun.result = engine.resubmit(rerun.input, outcome);
    }
    const compared = this.#compare(rerun, outcome);
    compared.catch(() => undefined); // whoever waits for it is told
    this.#compared.push(compared);
    const most = this.#check === "all" ? 0 : MOST_COMPARED_AT_ONCE;
    while (this.#compared.length > most) await this.#compared.shift();
  }

  async #compare({ result }: Rerun, outcome: OutcomeEntry): Promise<void> {
    if (result === undefined) return;
    const found = await result;
    const receiptsHash = await hashOnThread([found.receipts], this.#pool, { urgency: 1 });
    requireSameOutcome(outcome, describeOutcome(this.#keccak, found, receiptsHash));
  }
}
