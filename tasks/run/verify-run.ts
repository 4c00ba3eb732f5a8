import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Provider, TransactionReceipt } from "ethers";
import { isOf } from "../../sdk/journal/ask-chain.ts";
import type { WrittenRun } from "../../sdk/journal/run-folder.ts";
import type { PlanStep } from "../../sdk/journal/run-plan.ts";
import { NOT_BEGUN } from "../../sdk/journal/run-state.ts";
import { receiptsOf } from "../../sdk/journal/write-results.ts";
import { checkDeclaration, checkOnboarding, checkPayments, type DoneStep } from "./check-effects.ts";
import { checkAllotments, checkRefunds } from "./check-offering.ts";

export interface Verification {
  /** How many confirmed steps and how many of their rows were checked. */
  readonly steps: number;
  readonly rows: number;
  /** A sentence for each thing that is not as the run says. */
  readonly mismatches: readonly string[];
}

/** What a task is to have done, by its name. Another task's transactions are checked, its effects are not known here. */
const EFFECTS: Readonly<Record<string, typeof checkOnboarding>> = {
  "investor.onboard": checkOnboarding,
  "income.pay": checkPayments,
  "income.declare": checkDeclaration,
  "offering.allot": checkAllotments,
  "offering.refund": checkRefunds,
};

/** Re-reads from the chain all that a run says it has done. Needs nothing but the run's folder and a node. */
export async function verifyRun(run: WrittenRun, provider: Provider): Promise<Verification> {
  const done: DoneStep[] = [];
  const mismatches: string[] = [];

  for (const [place, step] of run.plan.steps.entries()) {
    const { state, hash, block, notDone } = run.steps[place] ?? NOT_BEGUN;
    if (state !== "confirmed" || hash === null) continue;
    const receipt = await provider.getTransactionReceipt(hash);
    const problem = await findProblem(provider, run.plan.sender, step, { hash, block, receipt });
    if (problem !== undefined) mismatches.push(`step ${place + 1}, ${hash}: ${problem}`);
    if (receipt !== null)
      done.push({ place, step, receipt, rows: step.rows.filter((_row, row) => !notDone.includes(row)) });
  }
  mismatches.push(...findRepeated(done), ...(await checkReceipts(run)));
  mismatches.push(...((await EFFECTS[run.plan.task]?.(run.plan, done, provider)) ?? []));
  return { steps: done.length, rows: done.reduce((sum, { rows }) => sum + rows.length, 0), mismatches };
}

interface Found {
  readonly hash: string;
  readonly block: number | null;
  readonly receipt: TransactionReceipt | null;
}

async function findProblem(
  provider: Provider,
  sender: string,
  step: PlanStep,
  { hash, block, receipt }: Found,
): Promise<string | undefined> {
  if (receipt === null) return "the chain does not know the transaction";
  if (receipt.status !== 1) return "the transaction was reverted";
  if (receipt.blockNumber !== block) return `it is in block ${receipt.blockNumber}, not in ${block}`;
  if (receipt.from !== sender) return `it was sent by ${receipt.from}, not by ${sender}`;

  const transaction = await provider.getTransaction(hash);
  return transaction !== null && isOf(step, transaction) ? undefined : "it does something else than the plan says";
}

/** One transaction cannot be two steps. */
function findRepeated(done: readonly DoneStep[]): string[] {
  const hashes = done.map(({ receipt }) => receipt.hash);
  return done
    .filter(({ receipt }, place) => hashes.indexOf(receipt.hash) !== place)
    .map(({ place, receipt }) => `step ${place + 1}, ${receipt.hash}: is an earlier step, too`);
}

/** The receipts are made from plan and journal; whoever is sent them has to be able to rely on that. */
async function checkReceipts({ folder, plan, steps }: WrittenRun): Promise<string[]> {
  const text = await readFile(join(folder, "receipts.csv"), "utf8").catch(() => undefined);
  return text === undefined || text === receiptsOf(plan, steps) ? [] : ["receipts.csv is not what the journal says"];
}
