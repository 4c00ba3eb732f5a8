import type { Signer, TransactionRequest } from "ethers";
import { suiteInterfaces } from "../../sdk/contracts.ts";
import { badInput, ExitCode, MoietyError } from "../../sdk/errors.ts";
import { StepFailed } from "../../sdk/journal/carry-out.ts";
import type { WrittenRun } from "../../sdk/journal/run-folder.ts";
import { decodeRevert } from "../../sdk/revert.ts";
import type { SafeCall } from "../../sdk/safe-batch.ts";
import type { RunBook, Work } from "./run-book.ts";

/** A row of the input that a step takes care of. */
export interface StepRow {
  /** Its name for people: a line of the file, a number in a list. */
  readonly row: string;
  readonly account: string;
  /** Money in base units. */
  readonly amount?: bigint;
}

/** One transaction of a plan, as a sentence and as the call that does it. */
export interface Step {
  readonly title: string;
  /** Called when its turn has come, so that it may use what earlier steps changed. */
  readonly transaction: () => Promise<TransactionRequest>;
  /** It can only work once earlier steps of the plan are on the chain, so a dry run cannot simulate it. */
  readonly needsEarlier?: boolean;
  /** What of the input it takes care of; written down with the run. */
  readonly rows?: readonly StepRow[];
}

export interface StepReport {
  readonly title: string;
  readonly status: "sent" | "simulated" | "depends on an earlier step" | "exported";
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
  /** Where runs are written down; left out, nothing is. */
  readonly runs?: RunBook;
  /** `--export-safe`: takes all calls so far, for somebody else to send; nothing is sent or simulated. */
  readonly exportCalls?: ((calls: readonly SafeCall[]) => Promise<void>) | undefined;
}

/** Simulates, asks, sends and waits, step by step. */
export class Sender {
  readonly signer: Signer;
  readonly dryRun: boolean;
  readonly #options: SenderOptions;
  readonly #exported: SafeCall[] = [];
  #sent = 0;
  #runId: string | null = null;

  constructor(options: SenderOptions) {
    this.signer = options.signer;
    // What is exported is not sent, so that nothing of it is on the chain afterwards.
    this.dryRun = options.dryRun || options.exportCalls !== undefined;
    this.#options = options;
  }

  /** Whether calls are written down for a multisig instead of being sent. */
  get isExporting(): boolean {
    return this.#options.exportCalls !== undefined;
  }

  /** Asks before something is sent that is no fixed plan; throws if the answer is no. */
  confirm(titles: readonly string[]): Promise<void> {
    return this.#options.confirm(titles);
  }

  /** The run that the last `run` with some work belonged to, if it was written down. */
  get runId(): string | null {
    return this.#runId;
  }

  /**
   * Runs a plan. A step that fails stops it; what was sent before stays, and the failure says so. With `work`, the run is written
   * down where the sender has a place for it: if it was begun before, it goes on by the plan of then, and `steps` is not looked at.
   */
  async run(steps: readonly Step[], work?: Work): Promise<StepReport[]> {
    const { runs, exportCalls } = this.#options;
    if (exportCalls !== undefined) return this.#export(steps, exportCalls);
    if (work !== undefined && runs !== undefined && !this.dryRun) return this.#runWritten(steps, work, runs);
    if (steps.length === 0) return [];
    this.#sent = 0;
    const first = await this.#simulate(steps[0], 0, steps.length);
    if (this.dryRun) return this.#simulateRest(steps, first);

    await this.#options.confirm(steps.map((step) => step.title));
    const reports: StepReport[] = [];
    for (const [place, step] of steps.entries()) reports.push(await this.#send(step, place, steps.length));
    return reports;
  }

  /** Later steps may need earlier ones, so that nothing can be simulated here; the multisig's own tool does. */
  async #export(
    steps: readonly Step[],
    exportCalls: (calls: readonly SafeCall[]) => Promise<void>,
  ): Promise<StepReport[]> {
    for (const step of steps) {
      const { to, data, value } = await step.transaction();
      if (typeof to !== "string" || typeof data !== "string")
        throw new TypeError(`"${step.title}" is not a call of a contract`);
      this.#exported.push({ to, data, value: BigInt(value ?? 0) });
    }
    if (steps.length > 0) await exportCalls(this.#exported);
    return steps.map(({ title }) => ({ title, status: "exported", gas: null, hash: null, block: null }));
  }

  /** Brings a run to its end by its own plan. Reports what this start has brought to its end. */
  async resume(run: WrittenRun): Promise<StepReport[]> {
    const { runs } = this.#options;
    if (runs === undefined) throw new TypeError("this sender has no book of runs");
    const { plan, steps } = run;
    const count = plan.steps.length;
    const isOpen = (place: number): boolean => steps[place]?.state !== "confirmed";
    this.#runId = plan.id;

    await this.#options.confirm(plan.steps.filter((_step, place) => isOpen(place)).map(({ title }) => title));
    const progress = await runs
      .carryOut(run, this.signer, ({ title }, place) => this.#options.note(`${place + 1}/${count} ${title}`))
      .catch((error: unknown) => {
        throw this.#runFailure(run, error);
      });
    return plan.steps.flatMap(({ title }, place) => {
      const { gasUsed, hash, block } = progress[place] ?? { gasUsed: null, hash: null, block: null };
      return isOpen(place) ? [{ title, status: "sent" as const, gas: gasUsed, hash, block }] : [];
    });
  }

  async #runWritten(steps: readonly Step[], work: Work, runs: RunBook): Promise<StepReport[]> {
    const found = await runs.find(work);
    this.#runId = found.unfinished?.plan.id ?? found.finished?.plan.id ?? null;
    if (found.unfinished !== undefined) {
      const done = found.unfinished.steps.filter(({ state }) => state === "confirmed").length;
      this.#options.note(
        `run ${found.id} was begun before and goes on; ${done} of ${found.unfinished.steps.length} steps are confirmed`,
      );
      return this.resume(found.unfinished);
    }
    if (steps.length === 0) return [];
    if (found.finished !== undefined && found.finished.plan.id === found.id) throw runIsThrough(found.id);

    this.#sent = 0;
    await this.#simulate(steps[0], 0, steps.length);
    return this.resume(await runs.plan(found, work, steps, this.signer));
  }

  #runFailure({ plan }: WrittenRun, error: unknown): unknown {
    if (!(error instanceof StepFailed)) return error;

    this.#sent = error.confirmed;
    const step = { title: plan.steps[error.place]?.title ?? "" };
    return this.#failure(step, error.place, plan.steps.length, error.cause ?? error, error.message);
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

  #failure(step: Pick<Step, "title">, place: number, count: number, error: unknown, said?: string): unknown {
    const revert = decodeRevert(error, suiteInterfaces());
    if (revert === undefined && this.#sent === 0 && said === undefined) return error;

    const why = revert?.sentence ?? said ?? (error instanceof Error ? error.message : String(error));
    if (this.#sent === 0) {
      const what = `the chain refuses "${step.title}"`;
      return new MoietyError({ what, why, notDone: "nothing was sent", exitCode: ExitCode.refused }, { cause: error });
    }
    return new MoietyError(
      {
        what: `"${step.title}" failed after ${this.#sent} ${this.#sent === 1 ? "transaction" : "transactions"} went through`,
        why,
        todo: `remove the cause and run the same command again${this.#runId === null ? "" : `, or \`run resume ${this.#runId}\``}: it goes on where it stopped`,
        notDone: `${count - place} of ${count} steps`,
        exitCode: ExitCode.partly,
      },
      { cause: error },
    );
  }
}

function runIsThrough(id: string): MoietyError {
  return badInput(`the run ${id} is through, and there is something left to do`, {
    todo: "leave --run-id out, or use another one",
    notDone: "nothing was sent",
  });
}
