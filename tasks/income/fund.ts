import type { Provider } from "ethers";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { type DistributionState, readDistribution } from "../../sdk/income/distributions.ts";
import { formatAmount, parseUnits } from "../../sdk/units.ts";
import { readCurrency } from "../lib/currency.ts";
import { describeRun, describeSteps } from "../lib/describe-steps.ts";
import type { MultisigArguments, RunArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, Step } from "../lib/sender.ts";

interface FundArguments extends MultisigArguments, RunArguments {
  readonly distribution: bigint;
  readonly amount: string;
}

/** Gives money for an announced list: `amount`, or all that is missing. */
export async function fundList(
  suite: Suite,
  sender: Sender,
  provider: Provider,
  income: DistributionState,
  wanted: bigint | null,
) {
  const { incomeDesk } = suite;
  const { distribution, total } = income;
  requireAnnounced(income);
  const desk = await incomeDesk.getAddress();
  const { funded } = await incomeDesk.listOf(distribution);
  const missing = total - funded;
  const amount = wanted ?? missing;
  const input = { distribution, amount: wanted ?? "all" };
  const work = { task: "income.fund", input, contracts: [desk, income.currency] };
  // A run that was killed at its very end still has to be told that it is through.
  if (missing === 0n) return { distribution, given: 0n, missing, steps: await sender.run([], work) };

  const { contract, decimals } = await readCurrency(income.currency, provider);
  const money = formatAmount(amount, decimals);
  requireFitting(amount, missing, decimals);
  const funder = await sender.signer.getAddress();
  await requireBalance(await contract.balanceOf(funder), amount, decimals, funder);
  const allowance = await contract.allowance(funder, desk);
  const approve: Step = {
    title: `let the income desk take ${money}`,
    transaction: () => contract.approve.populateTransaction(desk, amount),
  };
  const fund: Step = {
    title: `fund distribution ${distribution} with ${money}`,
    transaction: () => incomeDesk.fund.populateTransaction(distribution, amount),
    needsEarlier: allowance < amount,
    rows: [{ row: `distribution ${distribution}`, account: desk, amount }],
  };
  const steps = await sender.run([...(allowance < amount ? [approve] : []), fund], work);
  const after = sender.dryRun ? funded : (await incomeDesk.listOf(distribution)).funded;
  return { distribution, given: after - funded, missing: total - after, steps };
}

export default runAction<FundArguments>("income.fund", async (context, { distribution, amount }) => {
  const { provider } = (await context.connect()).connection.ethers;
  const { suite } = await context.suite();
  const income = await readDistribution(suite, distribution);
  const { decimals } = await readCurrency(income.currency, provider);
  const wanted = amount === "" ? null : parseUnits(amount, decimals, "--amount");

  const sender = await context.sender();
  const result = await fundList(suite, sender, provider, income, wanted);
  const said =
    result.missing === 0n
      ? `Distribution ${distribution} is funded in full: \`income publish\`.`
      : `${formatAmount(result.missing, decimals)} are missing.`;
  const text = `${describeSteps(result.steps, "Nothing to do.")}\n${said}${describeRun(sender)}`;
  return { data: { runId: sender.runId, ...result }, text };
});

function requireAnnounced({ distribution, kind, phase }: DistributionState): void {
  if (kind === "list" && phase === "announced") return;
  const what = kind === "list" ? `distribution ${distribution} is ${phase}` : `distribution ${distribution} is no list`;
  throw badInput(`${what}, and takes no money`, { notDone: "nothing was sent" });
}

function requireFitting(amount: bigint, missing: bigint, decimals: number): void {
  if (amount > 0n && amount <= missing) return;
  throw badInput(`${formatAmount(amount, decimals)} cannot be given`, {
    where: "--amount",
    why: `${formatAmount(missing, decimals)} are missing, and no more is taken`,
    notDone: "nothing was sent",
  });
}

async function requireBalance(balance: bigint, amount: bigint, decimals: number, funder: string): Promise<void> {
  if (balance >= amount) return;
  throw badInput(`${funder} has too little to give ${formatAmount(amount, decimals)}`, {
    why: `it has ${formatAmount(balance, decimals)}`,
    todo: "send --from another account, or give a part with --amount",
    notDone: "nothing was sent",
  });
}
