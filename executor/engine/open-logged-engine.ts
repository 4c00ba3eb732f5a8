import type { BatchInput } from "../batch-input.ts";
import type { BatchResult } from "../batch-result.ts";
import { requireInput } from "../errors.ts";
import { joinParts, readBatchFile } from "../formats/batch-file.ts";
import type { ContractAnswers } from "../formats/contract-answers.ts";
import { loadKeccak } from "../formats/keccak.ts";
import { AppendLog } from "../log/append-log.ts";
import { decodeEntry, type LogEntry } from "../log/entries.ts";
import type { FileLayer } from "../log/file-layer.ts";
import { CUT } from "../log/frame.ts";
import type { Frame } from "../log/frame-reader.ts";
import { describeOutcome, requireSameOutcome } from "../replay/outcome.ts";
import { ReplayDifferenceError } from "../replay/replay-difference.ts";
import { logPath } from "../replay/replay-log.ts";
import { AppendEngineLog, ENDINGS, type Ending } from "./append-engine-log.ts";
import { DEFAULT_ENGINE_BATCHES, Engine, type EngineOpening, type EngineOptions } from "./engine.ts";
import type { EngineLog } from "./engine-log.ts";

export interface LoggedEngineOptions extends Omit<EngineOptions, "log"> {
  readonly files?: FileLayer;
}

/**
 * Opens an engine that writes to the log in `folder`. If batches are in it already, they are run again from the opening that the
 * first of them holds; each has to come to its outcome in the log, and one that has none there, because a crash kept it out, gets
 * it now: every batch in the log then has its whole end there. Throws a `ReplayDifferenceError` if a batch comes to something else.
 */
export async function openLoggedEngine(
  folder: string,
  opening: EngineOpening,
  { files, ...options }: LoggedEngineOptions = {},
): Promise<Engine> {
  const { snapshot, firstNumber = 1n } = opening;
  const identity = { chainId: snapshot.chainId, desk: snapshot.desk, firstBatch: firstNumber };
  const recovery = new Recovery(options);
  let log: AppendLog | undefined;
  try {
    log = await AppendLog.open(logPath(folder), identity, {
      ...(files === undefined ? {} : { files }),
      visit: (frame) => recovery.visit(frame),
    });
    return await recovery.finish(opening, await AppendEngineLog.over(log));
  } catch (error) {
    await recovery.stop(error);
    await log?.close();
    throw error;
  }
}

/** A batch of the log that is run again. */
interface Rerun {
  readonly number: bigint;
  /** What of its end is in the log already. */
  readonly endings: Ending[];
  /** Settles when it has been run; a failure is told when somebody asks. */
  readonly result: Promise<BatchResult>;
}

/** Runs what a log holds, frame by frame, as fast as an engine can. */
class Recovery {
  readonly #options: EngineOptions;
  readonly #log = new RecoveringLog();
  #engine: Engine | undefined;
  #opening: BatchInput | undefined;
  /** Batches whose end is not in the log in whole, oldest first. */
  readonly #unended: Rerun[] = [];

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  async visit(frame: Frame): Promise<void> {
    if (frame.kind >= CUT) return;
    const entry = decodeEntry(frame);
    if (entry.kind === "answers") return; // the batch file has them, too
    if (entry.kind === "input") await this.#runAgain(entry.number, entry.file);
    else await this.#takeEnding(entry);
  }

  /** Writes what is missing of ends, and goes on from there. */
  async finish(opening: EngineOpening, log: AppendEngineLog): Promise<Engine> {
    const engine = this.#engine ?? (await Engine.open(opening, { ...this.#options, log: this.#log }));
    for (const { endings, result } of this.#unended) {
      await log.complete(await result, ENDINGS.slice(endings.length));
    }
    this.#log.goOn(log);
    return engine;
  }

  /** Ends what is still run: nobody will take it. */
  async stop(reason: unknown): Promise<void> {
    await this.#engine?.abort(reason);
  }

  async #runAgain(number: bigint, file: Uint8Array): Promise<void> {
    const input = readBatchFile(file, () => {
      requireInput(this.#opening !== undefined, `batch ${number} follows another one, but is the first in the log`);
      return this.#opening;
    });
    if (this.#engine === undefined) {
      this.#opening = input;
      this.#engine = await Engine.open({ ...input, firstNumber: number }, { ...this.#options, log: this.#log });
    } else {
      requireInput(
        input.follows !== undefined,
        `batch ${number} does not follow the one before; no engine wrote this log`,
      );
    }
    requireInput(input.mode === "strict", `batch ${number} is ${input.mode}; no engine wrote this log`);
    await this.#waitForPlace();
    this.#log.expect(number, file);
    const { snapshot, filled, alreadyFinal, follows, recycleUntil, mode, ...records } = input;
    const result = this.#engine.submit({ ...records, mode: "strict" });
    result.catch(() => undefined); // whoever asks for it is told
    this.#unended.push({ number, endings: [], result });
  }

  /** Until the engine has a place, which it may refuse to wait for itself. */
  async #waitForPlace(): Promise<void> {
    const { maxBatches = DEFAULT_ENGINE_BATCHES } = this.#options;
    const over = Math.max(0, this.#unended.length - maxBatches + 1);
    for (const { result } of this.#unended.slice(0, over)) await result;
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

    const result = await rerun.result;
    if (entry.kind === "outcome") requireSameOutcome(entry, describeOutcome(await loadKeccak(), result));
    if (entry.kind === "settled") {
      const isWhole = entry.chunks.length === result.chunks.length;
      requireInput(isWhole, `batch ${entry.number} settled in part; no engine wrote this log`);
    }
    rerun.endings.push(expected);
    if (rerun.endings.length === ENDINGS.length) this.#unended.shift();
  }
}

/** Holds the files of batches that are run again against those in the log, and later writes to the log itself. */
class RecoveringLog implements EngineLog {
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
    if (Buffer.compare(joinParts(parts), expected) !== 0) {
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
