import type { Suite } from "../../sdk/connect.ts";
import { type DistributionState, readDistribution } from "../../sdk/income/distributions.ts";
import { formatAmount } from "../../sdk/units.ts";
import { readCurrency } from "../lib/currency.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender } from "../lib/sender.ts";

interface TaxArguments extends WritingArguments {
  readonly distribution: bigint;
}

/** Sends the tax that was withheld so far to its account. */
export async function withdrawTax({ incomeDesk }: Suite, sender: Sender, income: DistributionState) {
  const { distribution, withheld, taxWithdrawn, taxAccount } = income;
  const waiting = withheld - taxWithdrawn;
  const step = {
    title: `send the tax of distribution ${distribution} to ${taxAccount}`,
    transaction: () => incomeDesk.withdrawTax.populateTransaction(distribution),
  };
  return { distribution, taxAccount, amount: waiting, steps: waiting === 0n ? [] : await sender.run([step]) };
}

export default runAction<TaxArguments>("income.tax", async (context, { distribution }) => {
  const { provider } = (await context.connect()).connection.ethers;
  const { suite } = await context.suite();
  const income = await readDistribution(suite, distribution);
  const result = await withdrawTax(suite, await context.sender(), income);

  const { decimals } = await readCurrency(income.currency, provider);
  const did = context.dryRun ? "would go" : "went";
  const said = result.amount === 0n ? "" : `\n${formatAmount(result.amount, decimals)} ${did} to ${result.taxAccount}.`;
  return { data: result, text: `${describeSteps(result.steps, "Nothing to do: no tax waits.")}${said}` };
});
