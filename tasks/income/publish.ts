import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { type DistributionState, readDistribution } from "../../sdk/income/distributions.ts";
import { requireWholePlan, type WrittenPlan } from "../../sdk/income/plan-folder.ts";
import { formatAmount } from "../../sdk/units.ts";
import { describeRun, describeSteps } from "../lib/describe-steps.ts";
import type { RunArguments, WritingArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender } from "../lib/sender.ts";
import { namedPlan } from "./locate-plan.ts";

interface PublishArguments extends WritingArguments, RunArguments {
  readonly plan: string;
}

/** Makes an announced list payable that is funded to the unit; one that is payable already stays so. */
export async function publishList(suite: Suite, sender: Sender, income: DistributionState, written: WrittenPlan) {
  const { distribution, phase } = income;
  const { incomeDesk } = suite;
  const { planHash, plan } = written;
  const contracts = [await incomeDesk.getAddress()];
  const work = { task: "income.publish", input: { distribution, planHash }, contracts };
  if (phase === "payable") return { distribution, steps: await sender.run([], work) };

  // There is no way back: proofs that are lost would leave the money to whoever made the plan.
  await requireWholePlan(written);
  const { funded } = await incomeDesk.listOf(distribution);
  requireFunded(income, funded, plan.decimals);
  const publish = {
    title: `publish distribution ${distribution}, ${formatAmount(income.total, plan.decimals)} for ${plan.count} holders`,
    transaction: () => incomeDesk.publish.populateTransaction(distribution),
    rows: [{ row: `distribution ${distribution}`, account: contracts[0] ?? "", amount: income.total }],
  };
  return { distribution, steps: await sender.run([publish], work) };
}

export default runAction<PublishArguments>("income.publish", async (context, { plan: named }) => {
  const { suite } = await context.suite();
  const written = await namedPlan(context.runsFolder, named);
  const distribution = await requireAnnounced(suite, written);
  const income = await readDistribution(suite, distribution);
  const sender = await context.sender();
  const result = await publishList(suite, sender, income, written);
  const did = context.dryRun ? "would be published" : "is published";
  const said = `Distribution ${distribution} ${did}: \`income pay ${distribution}\`, or holders claim.`;
  const text = `${describeSteps(result.steps, "Nothing to do.")}\n${said}${describeRun(sender)}`;
  return { data: { runId: sender.runId, ...result }, text };
});

async function requireAnnounced({ incomeDesk }: Suite, { plan }: WrittenPlan): Promise<bigint> {
  const distribution = await incomeDesk.listByKey(plan.listKey);
  if (distribution !== 0n) return distribution;
  throw badInput("the plan is not announced on this desk", {
    todo: `announce it first: \`income announce ${plan.id}\``,
    notDone: "nothing was sent",
  });
}

function requireFunded({ distribution, total }: DistributionState, funded: bigint, decimals: number): void {
  if (funded === total) return;
  throw badInput(`distribution ${distribution} is not funded`, {
    why: `it has ${formatAmount(funded, decimals)} of ${formatAmount(total, decimals)}, ${formatAmount(total - funded, decimals, decimals)} are missing`,
    todo: `fund it first: \`income fund ${distribution}\``,
    notDone: "it was not published",
  });
}
