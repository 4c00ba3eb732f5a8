import type { Signer, TransactionRequest } from "ethers";
import { suiteInterfaces } from "../../sdk/contracts.ts";
import { ExitCode, MoietyError } from "../../sdk/errors.ts";
import { decodeRevert } from "../../sdk/revert.ts";

/** One transaction of a plan, as a sentence and as the call that does it. */
export interface Step {
  readonly title: string;
  /** Called when its turn has come, so that it may use what earlier steps changed. */
  readonly transaction: () => Promise<TransactionRequest>;
  /** It can only work once earlier steps of the plan are on the chain, so a dry run cannot simulate it. */
  readonly needsEarlier?: boolean;
}

export interface StepReport {
  readonly title: string;
  readonly status: "sent" | "simulated" | "depends on an earlier step";
  readonly gas: bigint | null;
  readonly hash: string | null;
  readonly block: number | null;
}

export interface SenderOptions {
  readonly signer: Signer;
  readonly dryRun: boolean;
  /** Asks before the first transaction; throws if the answer is no. */
  readonly confirm: (plan: readonly string[]) => Promise<void>;
  readonly note: (text: string) => void;
}

/** Simulates, asks, sends and waits, step by step. */
export class Sender {
  readonly signer: Signer;
  readonly dryRun: boolean;
  readonly #options: SenderOptions;
  #sent = 0;

  constructor(options: SenderOptions) {
    this.signer = options.signer;
    this.dryRun = options.dryRun;
    this.#options = options;
  }

  /** Runs a plan. A step that fails stops it; what was sent before stays, and the failure says so. */
  async run(steps: readonly Step[]): Promise<StepReport[]> {
    if (steps.length === 0) return [];
    this.#sent = 0;
    const first = await this.#simulate(steps[0], 0, steps.length);
    if (this.dryRun) return this.#simulateRest(steps, first);

    await this.#options.confirm(steps.map((step) => step.title));
    const reports: StepReport[] = [];
    for (const [place, step] of steps.entries()) reports.push(await this.#send(step, place, steps.length));
    return reports;
  }

  async #simulateRest(steps: readonly Step[], first: StepReport): Promise<StepReport[]> {
    const reports = [first];
    for (const [place, step] of steps.entries()) {
      if (place > 0) reports.push(await this.#simulate(step, place, steps.length));
    }
    return reports;
  }

  async #simulate(step: Step | undefined, place: number, count: number): Promise<StepReport> {
    if (step === undefined || step.needsEarlier === true) {
      return { title: step?.title ?? "", status: "depends on an earlier step", gas: null, hash: null, block: null };
    }
    try {
      const transaction = await step.transaction();
      await this.signer.call(transaction);
      const gas = await this.signer.estimateGas(transaction);
      return { title: step.title, status: "simulated", gas, hash: null, block: null };
    } catch (error) {
      throw this.#failure(step, place, count, error);
    }
  }

  async #send(step: Step, place: number, count: number): Promise<StepReport> {
    this.#options.note(`${place + 1}/${count} ${step.title}`);
    try {
      const response = await this.signer.sendTransaction(await step.transaction());
      const receipt = await response.wait();
      this.#sent += 1;
      return {
        title: step.title,
        status: "sent",
        gas: receipt?.gasUsed ?? null,
        hash: response.hash,
        block: receipt?.blockNumber ?? null,
      };
    } catch (error) {
      throw this.#failure(step, place, count, error);
    }
  }

  #failure(step: Step, place: number, count: number, error: unknown): unknown {
    const revert = decodeRevert(error, suiteInterfaces());
    if (revert === undefined && this.#sent === 0) return error;

    const why = revert?.sentence ?? (error instanceof Error ? error.message : String(error));
    if (this.#sent === 0) {
      const what = `the chain refuses "${step.title}"`;
      return new MoietyError({ what, why, notDone: "nothing was sent", exitCode: ExitCode.refused }, { cause: error });
    }
    return new MoietyError(
      {
        what: `"${step.title}" failed after ${this.#sent} ${this.#sent === 1 ? "transaction" : "transactions"} went through`,
        why,
        todo: "remove the cause and run the same command again: it goes on where it stopped",
        notDone: `${count - place} of ${count} steps`,
        exitCode: ExitCode.partly,
      },
      { cause: error },
    );
  }
}
