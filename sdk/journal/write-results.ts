import { join } from "node:path";
import type { RunPlan } from "./run-plan.ts";
import { NOT_BEGUN, runStateOf, type StepProgress } from "./run-state.ts";
import { writeWhole } from "./write-whole.ts";

/** Writes what people and programs look at: `receipts.csv`, a line per row, and `summary.json`. Both can be made again from plan and journal. */
export async function writeResults(folder: string, plan: RunPlan, steps: readonly StepProgress[]): Promise<void> {
  await writeWhole(join(folder, "receipts.csv"), receiptsOf(plan, steps));
  await writeWhole(join(folder, "summary.json"), `${JSON.stringify(summaryOf(plan, steps), null, 2)}\n`);
}

/** A line per row. */
export function receiptsOf({ steps: planned }: RunPlan, progress: readonly StepProgress[]): string {
  const lines = planned.flatMap(({ rows }, step) => {
    const { state, hash, block, notDone } = progress[step] ?? NOT_BEGUN;
    return rows.map(({ row, account, amount }, place) => {
      const became = notDone.includes(place) ? "not done" : state;
      return [row, account, step + 1, became, hash ?? "", block ?? "", amount ?? ""].join(",");
    });
  });
  return `${["row,account,step,state,transaction,block,amount", ...lines].join("\n")}\n`;
}

/** The run in figures. */
export function summaryOf(plan: RunPlan, steps: readonly StepProgress[]) {
  const rows = plan.steps.flatMap(({ rows: planned }, step) =>
    planned.map(({ amount }, place) => ({
      amount: BigInt(amount ?? 0),
      isDone: steps[step]?.state === "confirmed" && !steps[step].notDone.includes(place),
    })),
  );
  const done = rows.filter(({ isDone }) => isDone);
  const count = (state: StepProgress["state"]) => steps.filter((step) => step.state === state).length;

  return {
    schema: "moiety.run-summary/1",
    id: plan.id,
    task: plan.task,
    chainId: plan.chainId,
    state: runStateOf(steps),
    steps: {
      planned: count("planned"),
      sent: count("sent"),
      confirmed: count("confirmed"),
      failed: count("failed"),
      unknown: count("unknown"),
    },
    rows: { planned: rows.length, done: done.length },
    amount: { planned: sum(rows), done: sum(done) },
    gasUsed: steps.reduce((total, { gasUsed }) => total + (gasUsed ?? 0n), 0n).toString(),
  };
}

function sum(rows: readonly { readonly amount: bigint }[]): string {
  return rows.reduce((total, { amount }) => total + amount, 0n).toString();
}
