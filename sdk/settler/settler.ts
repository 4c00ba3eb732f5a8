import type { Provider, Signer } from "ethers";
import { type BatchInput, type BatchResult, readBatchFile } from "../../executor/index.ts";
import { ExitCode, MoietyError } from "../errors.ts";
import { reconcile } from "../reconcile.ts";
import { BatchPoster, type PostedCall } from "./batch-poster.ts";
import { readProgress } from "./batch-progress.ts";
import type { DeskLog } from "./desk-log.ts";
import { recordEnd } from "./desk-log.ts";
import { type ChunkTools, countLeft, type EndedBatch, nextBatch } from "./next-input.ts";
import type { Pace } from "./pace.ts";
import type { OpeningTools } from "./read-opening.ts";
import type { SettlerJournal } from "./settler-journal.ts";
import { TransactionPoster } from "./transaction-poster.ts";

export interface SettlerTools extends OpeningTools, ChunkTools {
  readonly provider: OpeningTools["provider"] & Provider;
  readonly signer: Signer;
  readonly log: DeskLog;
  /** Of this run. */
  readonly journal: SettlerJournal;
  readonly pace: Pace;
  readonly workers: number | undefined;
  readonly onPosted: (call: PostedCall) => void;
  /** Called while a batch is decided, with how much of a stage is done. */
  readonly onDecided?: (done: number, total: number) => void;
  /** Keeps the file of a batch where people look for it; the first of a run is round 1. */
  readonly keep: (result: BatchResult, round: number) => Promise<void>;
  readonly note: (text: string) => void;
}

/**
 * Brings decided batches onto the chain, and what the chain refuses of one into the next, until everything has settled or is refused.
 * Every step can be the last one: whoever comes back finds in the desk's log what was decided, and on the chain what became of it.
 */
export class Settler {
  readonly #tools: SettlerTools;

  constructor(tools: SettlerTools) {
    this.#tools = tools;
  }

  /** Decides a batch; nothing of it is sent before all of it is on the disk. */
  async decide(input: BatchInput, round: number): Promise<BatchResult> {
    const { log, workers, onDecided } = this.#tools;
    const result = await log.journal.run(input, {
      ...(workers !== undefined && { workers }),
      onProgress: (_stage, done, total) => onDecided?.(done, total),
    });
    await log.store.write(result);
    await this.#tools.keep(result, round);
    return result;
  }

  /** Settles a batch and all that follow from it. `before` is what an earlier start has done. */
  async settle(first: BatchResult, before: readonly EndedBatch[] = []): Promise<EndedBatch[]> {
    const ended = [...before];
    for (let result: BatchResult | undefined = first; result !== undefined; ) {
      const end = await this.settleOne(result);
      ended.push(end);
      result = await this.goOn(end, ended.length);
    }
    return ended;
  }

  /** Decides the batch after one that has ended; undefined if nothing is left to settle. */
  async goOn(end: EndedBatch, rounds: number): Promise<BatchResult | undefined> {
    const { journal, log, pace, note } = this.#tools;
    const left = countLeft(end);
    if (left === 0) return undefined;
    if (rounds >= pace.mostRounds) throw tooManyRounds(end, left, rounds);

    const { input, givenUp } = await nextBatch(this.#tools, end, journal.events, log.before);
    for (const id of givenUp) note(`${id} is given up: ${end.refusal?.reason ?? "the chain refuses it"}`);
    if (input === undefined) return undefined;
    note(`${left - givenUp.length} instructions go into batch ${input.number}`);
    return this.decide(input, rounds + 1);
  }

  /** Whether the chain is through with a batch. */
  async isClosed(result: BatchResult): Promise<boolean> {
    return (await readProgress(this.#tools.suite, result)).state === "closed";
  }

  /** Brings one batch to its end, and holds the chain against it if anything of it was sent just now. */
  async settleOne(result: BatchResult): Promise<EndedBatch> {
    const { log, journal, suite, provider, onPosted } = this.#tools;
    const { number, instructionCount } = result.header;
    const { batchHash, chunks } = result;
    const isKnown = journal.events.some((event) => event.event === "decided" && event.batchHash === batchHash);
    if (!isKnown) {
      const sizes = { chunks: chunks.length, instructions: instructionCount };
      await journal.append({ event: "decided", batch: `${number}`, batchHash, ...sizes });
    }

    const poster = new TransactionPoster(this.#tools);
    let isFresh = false;
    const watched = (call: PostedCall) => {
      isFresh = true;
      onPosted(call);
    };
    const end = await new BatchPoster({ ...this.#tools, poster, onPosted: watched }, result).bringToEnd();
    await recordEnd(log.journal, number, end.settled);
    // Later transfers change balances too: only what has just settled can be held against the chain.
    const mismatches = isFresh ? await reconcile(suite, provider, result, (chunk) => end.settled.has(chunk)) : [];
    return { input: readBatchFile(result.file), result, ...end, mismatches };
  }
}

function tooManyRounds({ result, refusal }: EndedBatch, left: number, rounds: number): MoietyError {
  return new MoietyError({
    what: `${left} instructions of batch ${result.header.number} have not settled after ${rounds} batches`,
    why: refusal?.reason,
    todo: "look into the refused chunks with `run show`; what has not settled may come again in another file",
    exitCode: ExitCode.partly,
  });
}
