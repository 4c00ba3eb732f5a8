import type { Provider } from "ethers";
import type { Suite } from "../../sdk/connect.ts";
import { ExitCode, MoietyError } from "../../sdk/errors.ts";
import { type DistributionState, readDistribution } from "../../sdk/income/distributions.ts";
import { formatTime } from "../../sdk/time.ts";
import { formatAmount } from "../../sdk/units.ts";
import { readCurrency } from "../lib/currency.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, Step } from "../lib/sender.ts";

interface ReclaimArguments extends WritingArguments {
  readonly distribution: bigint;
}

/** Sends what nobody has claimed in time, and the tax that waits, to those they are due to. */
export async function reclaimIncome(suite: Suite, sender: Sender, provider: Provider, income: DistributionState) {
  const { incomeDesk } = suite;
  const { distribution, expiresAt, reclaimTo } = income;
  const left = await incomeDesk.outstandingOf(distribution);
  const now = BigInt((await provider.getBlock("latest"))?.timestamp ?? 0);
  if (expiresAt === 0n || now <= expiresAt) throw notOver(income);

  const steps: Step[] =
    left === 0n
      ? []
      : [
          {
            title: `send what is left of distribution ${distribution} to ${reclaimTo}`,
            transaction: () => incomeDesk.reclaim.populateTransaction(distribution),
          },
        ];
  return { distribution, left, reclaimTo, steps: await sender.run(steps) };
}

export default runAction<ReclaimArguments>("income.reclaim", async (context, { distribution }) => {
  const { provider } = (await context.connect()).connection.ethers;
  const { suite } = await context.suite();
  const income = await readDistribution(suite, distribution);
  const result = await reclaimIncome(suite, await context.sender(), provider, income);

  const { decimals } = await readCurrency(income.currency, provider);
  const did = context.dryRun ? "would go" : "went";
  const said = `${formatAmount(result.left, decimals)} ${did} to ${result.reclaimTo}.`;
  return { data: result, text: `${describeSteps(result.steps, "Nothing to do: nothing is left.")}\n${said}` };
});

function notOver({ distribution, expiresAt }: DistributionState): MoietyError {
  return new MoietyError({
    what: `the time of distribution ${distribution} is not over`,
    why: expiresAt === 0n ? "it has no end" : `holders may claim until ${formatTime(expiresAt)}`,
    notDone: "nothing was sent",
    exitCode: ExitCode.refused,
  });
}
