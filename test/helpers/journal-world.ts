import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Signer } from "ethers";
import { JournalFile } from "../../sdk/journal/journal-file.ts";
import { JOURNAL_FILE, readRun, type WrittenRun } from "../../sdk/journal/run-folder.ts";
import { dataHashOf, planHash } from "../../sdk/journal/run-plan.ts";
import { RunBook, type Work } from "../../tasks/lib/run-book.ts";
import { Sender, type Step } from "../../tasks/lib/sender.ts";

export const LIFE = "one life of the chain";

/** A folder of runs of its own, and senders that write into it. */
export class JournalWorld {
  readonly folder: string;
  readonly notes: string[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<JournalWorld> {
    return new JournalWorld(await mkdtemp(join(tmpdir(), "moiety-runs-")));
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }

  book(runId?: string, instance = LIFE): RunBook {
    const note = (text: string) => this.notes.push(text);
    return new RunBook({ folder: this.folder, runId, chainId: 31337n, instance, note });
  }

  sender(signer: Signer, { runId, instance }: { runId?: string; instance?: string } = {}): Sender {
    const silent = { dryRun: false, confirm: async () => undefined, note: () => undefined };
    return new Sender({ signer, ...silent, runs: this.book(runId, instance) });
  }

  async run(id: string | null): Promise<WrittenRun> {
    const run = await readRun(join(this.folder, id ?? ""));
    if (run === undefined) throw new Error(`there is no run ${id}`);
    return run;
  }

  /** A run that was planned and then killed after it had decided on a nonce, before anything was sent. */
  async killedAfterIntent(signer: Signer, steps: readonly Step[], work: Work): Promise<WrittenRun> {
    const book = this.book();
    const { plan, folder } = await book.plan(await book.find(work), work, steps, signer);
    const [step] = plan.steps;
    if (step === undefined) throw new Error("the plan has no steps");

    const { journal } = await JournalFile.open(join(folder, JOURNAL_FILE));
    const { sender: from, nonce, block } = plan;
    await journal.append({ event: "begun", plan: planHash(plan) });
    await journal.append({ event: "intent", step: 0, from, nonce, to: step.to, dataHash: dataHashOf(step), block });
    await journal.close();
    return this.run(plan.id);
  }
}
