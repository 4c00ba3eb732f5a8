import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { type DistributionState, readDistribution } from "../../sdk/income/distributions.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, Step } from "../lib/sender.ts";

interface CancelArguments extends WritingArguments {
  readonly distribution: bigint;
}

/** Cancels an announced list, and takes back what the sender gave for it. */
export async function cancelList({ incomeDesk }: Suite, sender: Sender, income: DistributionState) {
  const { distribution, kind, phase } = income;
  if (kind !== "list" || phase === "payable") {
    throw badInput(`distribution ${distribution} cannot be cancelled`, {
      why: kind === "list" ? "it is published" : "it is no list: what was declared is due",
      notDone: "nothing was sent",
    });
  }
  const funder = await sender.signer.getAddress();
  const given = await incomeDesk.fundedBy(distribution, funder);
  const cancel: Step = {
    title: `cancel distribution ${distribution}`,
    transaction: () => incomeDesk.cancel.populateTransaction(distribution),
  };
  const unfund: Step = {
    title: `take back what was given for distribution ${distribution}`,
    transaction: () => incomeDesk.unfund.populateTransaction(distribution, funder),
  };
  const steps = [...(phase === "announced" ? [cancel] : []), ...(given > 0n ? [unfund] : [])];
  return { distribution, given, steps: await sender.run(steps) };
}

export default runAction<CancelArguments>("income.cancel", async (context, { distribution }) => {
  const { suite } = await context.suite();
  const income = await readDistribution(suite, distribution);
  const result = await cancelList(suite, await context.sender(), income);
  return { data: result, text: describeSteps(result.steps, "Nothing to do: it is cancelled.") };
});
