import { type Provider, ZeroAddress } from "ethers";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { readLogs } from "../../sdk/read-logs.ts";
import { formatAmount, parseUnits } from "../../sdk/units.ts";
import { findCurrency } from "../lib/currency.ts";
import { describeRun, describeSteps } from "../lib/describe-steps.ts";
import type { RunArguments, WritingArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, Step } from "../lib/sender.ts";

interface DeclareArguments extends WritingArguments, RunArguments {
  readonly asset: bigint;
  readonly record: number;
  readonly amount: string;
  readonly currency: string;
}

export interface Declaration {
  readonly asset: bigint;
  readonly record: bigint;
  readonly amount: bigint;
  readonly currency: Awaited<ReturnType<typeof findCurrency>>;
}

/** Declares income once: a distribution of this record in this currency that exists already is not declared again. */
export async function declareIncome(
  suite: Suite,
  sender: Sender,
  declaration: Declaration,
  provider: Provider,
  fromBlock: number,
) {
  const { asset, record, amount, currency } = declaration;
  if (amount === 0n) throw badInput("the amount is zero", { where: "--amount", notDone: "nothing was sent" });
  const desk = await suite.incomeDesk.getAddress();
  const input = { asset, record, amount, currency: currency.address };
  const work = { task: "income.declare", input, contracts: [desk, currency.address] };
  const present = await findDistribution(suite, declaration, provider, fromBlock);
  if (present !== undefined) {
    // A run that was killed at its very end still has to be told that it is through.
    if (present.received === amount) return { distribution: present.distribution, steps: await sender.run([], work) };
    throw badInput(`record ${record} was paid already, by distribution ${present.distribution} of another amount`, {
      why: `${formatAmount(present.received, currency.decimals)} were declared`,
      todo: "open another record for another payment",
      notDone: "nothing was sent",
    });
  }

  const terms = {
    id: asset,
    record,
    currency: currency.address,
    amount,
    withholding: await suite.incomeDesk.withholdingOf(asset),
    expiresAt: 0n,
    reclaimTo: ZeroAddress,
    excluded: [],
    escrows: [],
  };
  const allowance = await currency.contract.allowance(await sender.signer.getAddress(), desk);
  const approve: Step = {
    title: `let the income desk take ${formatAmount(amount, currency.decimals)}`,
    transaction: () => currency.contract.approve.populateTransaction(desk, amount),
  };
  const declare: Step = {
    title: `declare ${formatAmount(amount, currency.decimals)} for record ${record} of asset ${asset}`,
    transaction: () => suite.incomeDesk.declare.populateTransaction(terms),
    needsEarlier: allowance < amount,
    rows: [{ row: `record ${record}`, account: desk, amount }],
  };
  const steps = await sender.run([...(allowance < amount ? [approve] : []), declare], work);

  const declared = sender.dryRun ? undefined : await findDistribution(suite, declaration, provider, fromBlock);
  return { distribution: declared?.distribution ?? null, steps };
}

export default runAction<DeclareArguments>("income.declare", async (context, args) => {
  const { connection } = await context.connect();
  const { provider } = connection.ethers;
  const { suite, book } = await context.suite();
  const currency = await findCurrency(suite, provider, args.currency);
  const amount = parseUnits(args.amount, currency.decimals, "--amount");
  const declaration = { asset: args.asset, record: BigInt(args.record), amount, currency };

  const sender = await context.sender();
  const result = await declareIncome(suite, sender, declaration, provider, book.deployedAtBlock);
  const { runId } = sender;
  if (result.distribution === null) return { data: { runId, ...result }, text: describeSteps(result.steps) };
  const { perShare, remainder } = await suite.incomeDesk.recordIncomeOf(result.distribution);
  const said = [
    `Distribution ${result.distribution} pays ${formatAmount(perShare, currency.decimals)} a share;`,
    `${formatAmount(remainder, currency.decimals)} are carried into the next.`,
  ].join(" ");
  const text = `${describeSteps(result.steps)}\n${said}${describeRun(sender)}`;
  return { data: { runId, ...result, perShare, remainder }, text };
});

async function findDistribution(
  { incomeDesk }: Suite,
  { asset, record, currency }: Declaration,
  provider: Provider,
  fromBlock: number,
) {
  const filter = incomeDesk.filters.DistributionDeclared(undefined, asset, record);
  const events = await readLogs(
    (from, to) => incomeDesk.queryFilter(filter, from, to),
    fromBlock,
    await provider.getBlockNumber(),
  );
  return events.map(({ args }) => args).find((each) => each.currency === currency.address);
}
