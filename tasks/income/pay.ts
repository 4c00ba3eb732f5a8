import { badInput } from "../../sdk/errors.ts";
import { readDistribution } from "../../sdk/income/distributions.ts";
import { readRecordHolders } from "../../sdk/income/record-holders.ts";
import { formatAmount } from "../../sdk/units.ts";
import { requireBatchSize } from "../lib/chunk.ts";
import { readCurrency } from "../lib/currency.ts";
import { describeRun, describeSteps } from "../lib/describe-steps.ts";
import type { RunArguments, WritingArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import { planOfList } from "./locate-plan.ts";
import { payList } from "./pay-list.ts";
import { payHolders } from "./pay-record.ts";
import { refusedProblem } from "./refusals.ts";
import { requirePayable } from "./require-payable.ts";

interface PayArguments extends WritingArguments, RunArguments {
  readonly distribution: bigint;
  readonly plan: string;
  readonly batchSize: number;
}

export default runAction<PayArguments>("income.pay", async (context, { distribution, plan, batchSize }) => {
  requireBatchSize(batchSize);
  const { connection, chainId } = await context.connect();
  const { provider } = connection.ethers;
  const { suite, book } = await context.suite();
  const income = await readDistribution(suite, distribution);
  await requirePayable(provider, income);
  if (income.kind === "record" && plan !== "")
    throw badInput(`distribution ${distribution} has no plan`, { where: "--plan" });

  // A long list is many runs; who confirms it confirms all of them.
  let confirmed = false;
  const sender = await context.sender(undefined, async () => {
    if (!confirmed) await context.confirm([`pay everybody who is due something from distribution ${distribution}`]);
    confirmed = true;
  });
  const pay = async () => {
    if (income.kind === "list") {
      const written = await planOfList(suite, distribution, context.runsFolder, plan);
      return payList(suite, sender, distribution, written, batchSize);
    }
    const { holders } = await readRecordHolders(suite, provider, {
      ...{ asset: income.asset, record: income.record, source: "register" },
      deployedAtBlock: book.deployedAtBlock,
      chain: chainId.toString(),
    });
    const wallets = holders.map(({ wallet }) => wallet);
    return payHolders(suite, sender, distribution, wallets, batchSize);
  };

  const result = await pay();
  const { decimals } = await readCurrency(income.currency, provider);
  const did = context.dryRun ? `${result.due} holders would be paid.` : `${result.paid} holders were paid now.`;
  const done = describeSteps(result.steps, "Nothing to do: nobody is due anything.");
  const outcome = {
    data: { runId: sender.runId, ...result },
    text: `${done}\n${did}${describeRun(sender)}`,
  };
  if (result.refused.length === 0) return outcome;
  const error = refusedProblem(result.refused, (units) => formatAmount(units, decimals));
  return { ...outcome, exitCode: error.exitCode, error };
});
