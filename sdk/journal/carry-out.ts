import { join } from "node:path";
import type { Provider, Signer, TransactionReceipt, TransactionResponse } from "ethers";
import { submitTransaction } from "../submit-transaction.ts";
import { type Asked, askFate, awaitQuiet, earliestBlock, isOf, type Patience } from "./ask-chain.ts";
import { findTransaction } from "./find-transaction.ts";
import { JournalFile } from "./journal-file.ts";
import { rowsNotDone } from "./row-outcomes.ts";
import type { NewEvent } from "./run-event.ts";
import { JOURNAL_FILE, requireSamePlan } from "./run-folder.ts";
import { lockRun } from "./run-lock.ts";
import { dataHashOf, type PlanStep, planHash, type RunPlan } from "./run-plan.ts";
import { type Attempt, nextNonceOf, progressOf, type StepProgress } from "./run-state.ts";
import { writeResults } from "./write-results.ts";

export interface CarryOutTools {
  readonly signer: Signer;
  readonly provider: Provider;
  readonly patience: Patience;
  /** Called before a step is taken up. */
  readonly onStep: (step: PlanStep, place: number) => void;
  readonly note: (text: string) => void;
}

/** A step was mined and reverted, or no node would take it. */
export class StepFailed extends Error {
  /** Its place in the plan. */
  readonly place: number;
  /** How many steps of the run are confirmed. */
  readonly confirmed: number;

  constructor(place: number, confirmed: number, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = "StepFailed";
    this.place = place;
    this.confirmed = confirmed;
  }
}

/** How often a step is sent again, under the same nonce, if nodes keep dropping it. */
const MOST_SENDS = 5;
/** How many nonces that the journal cannot explain are looked into. */
const MOST_UNEXPLAINED = 2_000;

/**
 * Brings every step of a plan to its end, whatever earlier starts have left. Each transaction is on the chain exactly once: before
 * it is sent, its nonce is on the disk; and while a transaction with that nonce may live, the step gets no other one.
 */
export async function carryOut(folder: string, plan: RunPlan, tools: CarryOutTools): Promise<StepProgress[]> {
  const unlock = await lockRun(folder);
  try {
    const { journal, cutBytes } = await JournalFile.open(join(folder, JOURNAL_FILE));
    try {
      requireSamePlan(folder, plan, journal.events);
      if (cutBytes > 0) tools.note(`the journal's last line was torn; ${cutBytes} bytes were cut off`);
      if (journal.events.length === 0) await journal.append({ event: "begun", plan: planHash(plan) });
      return await new Execution(plan, journal, tools).run(folder);
    } finally {
      await journal.close();
    }
  } finally {
    await unlock();
  }
}

class Execution {
  readonly #plan: RunPlan;
  readonly #journal: JournalFile;
  readonly #tools: CarryOutTools;
  readonly #asked: Asked;
  /** Transactions of the sender that the journal does not explain: others', or ours whose lines were lost. */
  readonly #unexplained: TransactionResponse[] = [];
  #explainedTo: number;

  constructor(plan: RunPlan, journal: JournalFile, tools: CarryOutTools) {
    this.#plan = plan;
    this.#journal = journal;
    this.#tools = tools;
    this.#asked = { provider: tools.provider, from: plan.sender, patience: tools.patience };
    this.#explainedTo = nextNonceOf(plan, journal.events);
  }

  async run(folder: string): Promise<StepProgress[]> {
    try {
      for (const [place, step] of this.#plan.steps.entries()) {
        if (this.#progress(place).state !== "confirmed") await this.#bringToEnd(step, place);
      }
    } finally {
      await writeResults(folder, this.#plan, this.#allProgress());
    }
    return this.#allProgress();
  }

  /** What is open is closed by asking the chain; then, if the step is still to be done, it is done. */
  async #bringToEnd(step: PlanStep, place: number): Promise<void> {
    this.#tools.onStep(step, place);

    for (let sends = 0; ; sends += 1) {
      const open = this.#progress(place).attempt;
      if (open !== null) await this.#close(step, place, open);
      if (this.#progress(place).state === "confirmed") return;
      if (sends === MOST_SENDS) throw this.#failed(place, `it was dropped or displaced ${MOST_SENDS} times`);

      // Still open: the nonce is free, and it is that nonce again. Closed without a transaction of ours: another one.
      const attempt = this.#progress(place).attempt ?? (await this.#decide(step, place));
      if (attempt !== undefined) await this.#send(step, place, attempt);
    }
  }

  /** Asks what became of an attempt and writes that down. It stays open if nothing became of it. */
  async #close(step: PlanStep, place: number, attempt: Attempt): Promise<void> {
    const { nonce } = attempt;
    const fate = await askFate(this.#asked, step, attempt);
    if (fate.kind === "mined") await this.#writeMined(step, place, nonce, fate.receipt);
    if (fate.kind === "displaced") {
      await this.#append({ event: "released", step: place, nonce, hash: fate.hash });
      this.#tools.note(
        `nonce ${nonce} was used by another transaction (${fate.hash}); "${step.title}" gets another one`,
      );
    }
  }

  /** Decides a nonce and writes it down; nothing if it turns out that the step was done and its lines were lost. */
  async #decide(step: PlanStep, place: number): Promise<Attempt | undefined> {
    const { signer, provider, note } = this.#tools;
    const nonce = await awaitQuiet(this.#asked);
    const lost = await this.#findLost(step, nonce);
    if (lost !== undefined) {
      note(`"${step.title}" was sent before, though the journal does not say so: ${lost.receipt.hash}`);
      await this.#writeMined(step, place, lost.nonce, lost.receipt);
      return undefined;
    }

    await signer.estimateGas(requestOf(step)).catch((error: unknown) => {
      throw this.#failed(place, "the chain refuses it", error);
    });
    const block = await provider.getBlockNumber();
    const { sender: from } = this.#plan;
    await this.#append({ event: "intent", step: place, from, nonce, to: step.to, dataHash: dataHashOf(step), block });
    return { nonce, block, hashes: [] };
  }

  async #send(step: PlanStep, place: number, { nonce }: Attempt): Promise<void> {
    try {
      const hash = await submitTransaction(this.#tools.signer, { ...requestOf(step), nonce });
      await this.#append({ event: "sent", step: place, nonce, hash });
    } catch (error) {
      // The node may have taken it all the same, and only its answer was lost: the chain has to say.
      const open = this.#progress(place).attempt;
      if (open !== null) await this.#close(step, place, open);
      if (this.#progress(place).attempt === null) return;
      throw this.#failed(place, error instanceof Error ? error.message : String(error), error);
    }
  }

  async #writeMined(step: PlanStep, place: number, nonce: number, receipt: TransactionReceipt): Promise<void> {
    const { hash, blockNumber: block } = receipt;
    if (receipt.status === 0) {
      const cause = await this.#whyReverted(step, block);
      await this.#append({ event: "failed", step: place, nonce, hash, block, reason: "reverted" });
      throw this.#failed(place, `${hash} is in block ${block} and was reverted`, cause);
    }
    const gasUsed = receipt.gasUsed.toString();
    const notDone = rowsNotDone(this.#plan, place, receipt);
    await this.#append({ event: "confirmed", step: place, nonce, hash, block, gasUsed, notDone });
  }

  /** A receipt does not say why; doing the same on the block before usually does. */
  async #whyReverted(step: PlanStep, block: number): Promise<unknown> {
    const request = { ...requestOf(step), from: this.#plan.sender, blockTag: block - 1 };
    return this.#tools.provider.call(request).then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  /** A transaction of this step under a nonce that was used though the journal knows nothing of it. */
  async #findLost(step: PlanStep, nextNonce: number) {
    const { provider } = this.#tools;
    const { sender: from, block } = this.#plan;
    const last = Math.min(nextNonce, this.#explainedTo + MOST_UNEXPLAINED);
    for (let nonce = this.#explainedTo; nonce < last; nonce += 1) {
      const found = await findTransaction(provider, { from, nonce, fromBlock: earliestBlock(block) });
      if (found !== undefined) this.#unexplained.push(found);
    }
    this.#explainedTo = Math.max(this.#explainedTo, nextNonce);

    const candidates = this.#unexplained.filter((each) => isOf(step, each));
    for (const candidate of candidates) {
      this.#unexplained.splice(this.#unexplained.indexOf(candidate), 1);
      const receipt = await provider.getTransactionReceipt(candidate.hash);
      // One that was reverted has done nothing; the step is still to be done.
      if (receipt?.status === 1) return { nonce: candidate.nonce, receipt };
    }
    return undefined;
  }

  async #append(event: NewEvent): Promise<void> {
    await this.#journal.append(event);
    this.#explainedTo = Math.max(this.#explainedTo, nextNonceOf(this.#plan, this.#journal.events));
  }

  #progress(place: number): StepProgress {
    const progress = this.#allProgress()[place];
    if (progress === undefined) throw new RangeError(`the plan has no step ${place}`);
    return progress;
  }

  #allProgress(): StepProgress[] {
    return progressOf(this.#plan, this.#journal.events);
  }

  #failed(place: number, reason: string, cause?: unknown): StepFailed {
    const confirmed = this.#allProgress().filter(({ state }) => state === "confirmed").length;
    return new StepFailed(place, confirmed, reason, { cause });
  }
}

function requestOf({ to, data, value }: PlanStep) {
  return { to, data, value: BigInt(value) };
}
