import type { Provider } from "ethers";
import { type BatchResult, type ChunkToSettle, chunksToSettle } from "../../executor/index.ts";
import type { Suite } from "../connect.ts";
import { ExitCode, MoietyError } from "../errors.ts";
import { unlocksFor } from "../locked-shares.ts";
import { type ChunkRefusal, faultOf, RULE_FAILED, readChunkRefusal, TOO_LARGE } from "../settlement-refusal.ts";
import { type BatchProgress, readProgress, readSettled } from "./batch-progress.ts";
import { chunkCall, closeCall, type DeskCall, openCall } from "./calls.ts";
import { findCulprit } from "./find-culprit.ts";
import type { Pace } from "./pace.ts";
import type { Purpose } from "./settler-event.ts";
import type { SettlerJournal } from "./settler-journal.ts";
import { isSilence } from "./silence.ts";
import { CallRefusedError, CallTooLargeError, pause, type TransactionPoster } from "./transaction-poster.ts";

/** A transaction that went through. */
export interface PostedCall {
  readonly title: string;
  readonly gas: bigint;
  readonly hash: string;
  readonly block: number;
}

/** How a batch ended on the chain. */
export interface BatchEnd {
  readonly settled: ReadonlySet<number>;
  /** Why the chunks after those did not; undefined if all have, or if somebody else has closed the batch. */
  readonly refusal: RefusedChunk | undefined;
}

export interface RefusedChunk extends ChunkRefusal {
  readonly chunk: number;
}

export interface BatchPosterTools {
  readonly suite: Suite;
  readonly provider: Provider;
  readonly poster: TransactionPoster;
  readonly journal: SettlerJournal;
  readonly pace: Pace;
  /** Called for each transaction that went through. */
  readonly onPosted: (call: PostedCall) => void;
  readonly note: (text: string) => void;
}

/** What is asked of the chain beyond one question per chunk. */
const SPARE_TURNS = 64;
/** How often a chunk may be reverted though it was simulated just before. */
const MOST_REVERTS = 5;

/**
 * Brings a decided batch to its end: opened, settled chunk by chunk, closed, and all of that as deep as it has to be. What to do next
 * is read off the chain each time, so that it makes no difference how often this was started before, or what a reorganisation has
 * taken back; that nothing happens twice, the desk itself sees to, by the numbers of batch and chunk.
 */
export class BatchPoster {
  readonly #tools: BatchPosterTools;
  readonly #result: BatchResult;
  #refusal: RefusedChunk | undefined;
  #deepest = -1;
  #reverts = 0;

  constructor(tools: BatchPosterTools, result: BatchResult) {
    this.#tools = tools;
    this.#result = result;
    this.#refusal = knownRefusal(tools.journal, result);
  }

  async bringToEnd(): Promise<BatchEnd> {
    const chunks = await chunksToSettle(this.#result);
    const lastTurn = 3 * chunks.length + SPARE_TURNS;
    for (let turn = 0; turn < lastTurn; turn += 1) {
      const progress = await this.#answered(() => readProgress(this.#tools.suite, this.#result));
      await this.#noteVanished(progress);
      if (progress.state === "foreign") throw foreignBatch(this.#result);
      if (progress.state === "closed") {
        const block = await this.#answered(() => this.#deepBlock());
        if (block !== undefined) return this.#conclude(block);
        continue;
      }
      await this.#answered(() => this.#step(progress, chunks));
    }
    throw new MoietyError({
      what: `batch ${this.#result.header.number} has not come to its end`,
      why: `the chain was asked ${lastTurn} times what to do next`,
      todo: "run the same command again: it goes on where it stopped",
      exitCode: ExitCode.partly,
    });
  }

  async #step(progress: BatchProgress, chunks: readonly ChunkToSettle[]): Promise<void> {
    const { suite, provider } = this.#tools;
    const { header } = this.#result;
    const batch = header.number;
    if (progress.state === "absent") {
      return this.#post({ what: "open", batch, chunk: null }, await openCall(suite, header));
    }
    const chunk = progress.state === "open" ? chunks[progress.nextChunk] : undefined;
    if (chunk === undefined || this.#refusal !== undefined) {
      return this.#post({ what: "close", batch, chunk: null }, await closeCall(suite, batch));
    }
    const purpose: Purpose = { what: "chunk", batch, chunk: chunk.chunk.index };
    // Asked anew for each chunk: the one before it may have used some.
    const newest = await provider.getBlock("latest");
    const at = { block: newest?.number ?? 0, time: BigInt(newest?.timestamp ?? 0) };
    const unlocks = await unlocksFor(suite, chunk.chunk.net, at);
    return this.#post(purpose, await chunkCall(suite, this.#result, chunk, unlocks), chunk);
  }

  async #post(purpose: Purpose, call: DeskCall, chunk?: ChunkToSettle): Promise<void> {
    try {
      const posted = await this.#tools.poster.post(purpose, call);
      if (posted.kind === "displaced") return;
      const { receipt } = posted;
      if (receipt.status === 0) return this.#noteReverted(call);
      this.#reverts = 0;
      const { gasUsed: gas, hash, blockNumber: block } = receipt;
      this.#tools.onPosted({ title: call.title, gas, hash, block });
    } catch (error) {
      if (error instanceof CallTooLargeError && chunk !== undefined) return this.#refuse(chunk, tooLarge(error));
      if (!(error instanceof CallRefusedError)) throw error;
      const refusal = readChunkRefusal(error.cause);
      const fault = faultOf(refusal.error);
      if (fault === "stale") return pause(this.#tools.pace.pauseMs);
      // Whatever is not known to stop everything is taken for the chunk's fault.
      if (fault === "desk" || chunk === undefined) throw deskRefuses(call, refusal, error);
      await this.#refuse(chunk, refusal);
    }
  }

  async #refuse(chunk: ChunkToSettle, said: ChunkRefusal): Promise<void> {
    const { suite, provider, journal, note } = this.#tools;
    const { net, index } = chunk.chunk;
    const { asset, error } = said;
    const culprit =
      said.account === null && asset !== null && faultOf(error) === "rule"
        ? await findCulprit(suite, provider, { net, asset, error })
        : undefined;
    const refusal = { ...said, account: said.account ?? culprit?.toLowerCase() ?? null };
    const { reason, account, code } = refusal;

    await journal.append({
      event: "refused",
      ...{ batch: `${this.#result.header.number}`, chunk: index, error, reason, account, code },
      asset: asset === null ? null : `${asset}`,
    });
    note(`chunk ${index} was refused: ${reason}`);
    this.#refusal = { ...refusal, chunk: index };
  }

  #noteReverted({ title }: DeskCall): void {
    this.#reverts += 1;
    if (this.#reverts < MOST_REVERTS) return;
    throw new MoietyError({
      what: `"${title}" was reverted ${this.#reverts} times, though each time it would have gone through just before`,
      todo: "look who else acts on the desk at the same time, and run the same command again",
      exitCode: ExitCode.partly,
    });
  }

  /** A reorganisation has taken back what was there. */
  async #noteVanished(progress: BatchProgress): Promise<void> {
    const settledNow = progress.state === "open" || progress.state === "closed" ? progress.settled : 0;
    const depth = progress.state === "closed" ? 2 : progress.state === "open" ? 1 : 0;
    const now = 2 * settledNow + depth;
    if (now < this.#deepest) {
      const settledBefore = this.#deepest >> 1;
      await this.#tools.journal.append({
        event: "vanished",
        batch: `${this.#result.header.number}`,
        settledBefore,
        settledNow,
      });
      this.#tools.note(`the chain was reorganised: ${settledNow} chunks are settled where there were ${settledBefore}`);
    }
    this.#deepest = now;
  }

  /** A block at whose end the batch was closed, and which is deep enough; waits a moment if there is none yet. */
  async #deepBlock(): Promise<number | undefined> {
    const { suite, provider, pace } = this.#tools;
    const until = Date.now() + pace.patienceMs;
    for (;;) {
      const block = (await provider.getBlockNumber()) - pace.confirmations;
      if (block >= 0 && (await readProgress(suite, this.#result, block)).state === "closed") return block;
      if ((await readProgress(suite, this.#result)).state !== "closed") return undefined;
      if (Date.now() > until) throw notDeepEnough(this.#result, pace.confirmations);
      await pause(pace.pauseMs);
    }
  }

  async #conclude(block: number): Promise<BatchEnd> {
    const { suite, journal } = this.#tools;
    const settled = await this.#answered(() => readSettled(suite, this.#result, block));
    const isWhole = settled.size === this.#result.chunks.length;
    const refusal = isWhole ? undefined : this.#refusal;
    await journal.append({ event: "closed", batch: `${this.#result.header.number}`, settled: [...settled] });
    return { settled, refusal };
  }

  /** Asks again while the node does not answer, as long as patience lasts. */
  async #answered<T>(ask: () => Promise<T>): Promise<T> {
    const { pace, note } = this.#tools;
    const until = Date.now() + pace.silenceMs;
    for (let silent = false; ; silent = true) {
      try {
        return await ask();
      } catch (error) {
        if (!isSilence(error) || Date.now() > until) throw error;
        if (!silent) note("the node does not answer; it is asked again");
        await pause(pace.pauseMs);
      }
    }
  }
}

/** What an earlier start has heard about the batch. */
export function knownRefusal(
  { events }: SettlerJournal,
  { header }: Pick<BatchResult, "header">,
): RefusedChunk | undefined {
  const said = events.findLast((event) => event.event === "refused" && event.batch === `${header.number}`);
  if (said?.event !== "refused") return undefined;
  const { error, reason, account, asset, code, chunk } = said;
  return { error, reason, account, asset: asset === null ? null : BigInt(asset), code, chunk };
}

function tooLarge({ message }: CallTooLargeError): ChunkRefusal {
  return { error: TOO_LARGE, reason: message, account: null, asset: null, code: RULE_FAILED };
}

function foreignBatch({ header }: BatchResult): MoietyError {
  return new MoietyError({
    what: `the desk's batch ${header.number} is another one than the one that was decided here`,
    why: "somebody else has opened a batch meanwhile",
    todo: "run the same command again: it decides anew",
    exitCode: ExitCode.refused,
  });
}

function deskRefuses({ title }: DeskCall, { reason }: ChunkRefusal, cause: unknown): MoietyError {
  return new MoietyError(
    {
      what: `the chain refuses "${title}"`,
      why: reason,
      todo: "remove the cause and run the same command again: it goes on where it stopped",
      notDone: "nothing more was sent",
      exitCode: ExitCode.refused,
    },
    { cause },
  );
}

function notDeepEnough({ header }: BatchResult, confirmations: number): MoietyError {
  return new MoietyError({
    what: `batch ${header.number} is closed, but not under ${confirmations} blocks yet`,
    todo: "run the same command again later",
    exitCode: ExitCode.partly,
  });
}
