import type { Provider } from "ethers";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { findPayments, requireAllowedCurrency } from "../../sdk/income/distributions.ts";
import { requireWholePlan, type WrittenPlan } from "../../sdk/income/plan-folder.ts";
import { formatAmount } from "../../sdk/units.ts";
import { describeRun, describeSteps } from "../lib/describe-steps.ts";
import type { RunArguments, WritingArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender } from "../lib/sender.ts";
import { orZero } from "./end-terms.ts";
import { namedPlan } from "./locate-plan.ts";

interface AnnounceArguments extends WritingArguments, RunArguments {
  readonly plan: string;
  readonly again: boolean;
}

export interface AnnounceOptions {
  readonly fromBlock: number;
  /** On top of another distribution of the same record in the same currency. */
  readonly again: boolean;
}

/** Announces a plan's list once; one that is announced already is found by its key. */
export async function announceList(
  suite: Suite,
  sender: Sender,
  written: WrittenPlan,
  provider: Provider,
  { fromBlock, again }: AnnounceOptions,
) {
  const { plan, planHash } = written;
  const { terms, salt, root, count, gross, withheld } = plan;
  const desk = await suite.incomeDesk.getAddress();
  await requireSameDesk(provider, written, desk);
  await requireWholePlan(written);
  const work = { task: "income.announce", input: { planHash }, contracts: [desk] };
  const known = await suite.incomeDesk.listByKey(plan.listKey);
  if (known !== 0n) return { distribution: known, steps: await sender.run([], work) };

  await requireAllowedCurrency(suite, terms.currency);
  if (!again) await requireFirst(suite, provider, written, fromBlock);
  const listTerms = {
    ...{ id: terms.asset, record: terms.record, currency: terms.currency, salt, root, count, gross, withheld },
    taxAccount: orZero(withheld === 0n ? null : terms.withholding.taxAccount),
    expiresAt: terms.expiresAt,
    reclaimTo: orZero(terms.reclaimTo),
    planHash,
  };
  const announce = {
    title: `announce a list of ${count} holders of asset ${terms.asset}, ${formatAmount(gross, plan.decimals)} in all`,
    transaction: () => suite.incomeDesk.announce.populateTransaction(listTerms),
    rows: [{ row: `record ${terms.record}`, account: desk, amount: gross }],
  };
  const steps = await sender.run([announce], work);
  return { distribution: sender.dryRun ? null : await suite.incomeDesk.listByKey(plan.listKey), steps };
}

export default runAction<AnnounceArguments>("income.announce", async (context, { plan: named, again }) => {
  const { provider } = (await context.connect()).connection.ethers;
  const { suite, book } = await context.suite();
  const written = await namedPlan(context.runsFolder, named);
  const sender = await context.sender();
  const options = { fromBlock: book.deployedAtBlock, again };
  const result = await announceList(suite, sender, written, provider, options);

  const { gross, decimals } = written.plan;
  const said =
    result.distribution === null
      ? ""
      : `\nIt is distribution ${result.distribution}. Fund it with ${formatAmount(gross, decimals)} (\`income fund ${result.distribution}\`), then publish it.`;
  const text = `${describeSteps(result.steps, "Nothing to do: it is announced.")}${said}${describeRun(sender)}`;
  return { data: { runId: sender.runId, planHash: written.planHash, ...result }, text };
});

async function requireSameDesk(provider: Provider, { plan, folder }: WrittenPlan, desk: string): Promise<void> {
  const { chainId } = await provider.getNetwork();
  if (plan.desk === desk && plan.chainId === chainId) return;
  throw badInput("the plan is for another chain or another deployment", {
    where: folder,
    why: `it is for the income desk ${plan.desk} of chain ${plan.chainId}`,
    todo: "name its network with --network, or plan again for this one",
    notDone: "nothing was sent",
  });
}

/** A second list of the same record is mostly a slip, and would pay everybody twice. */
async function requireFirst(suite: Suite, provider: Provider, { plan }: WrittenPlan, fromBlock: number): Promise<void> {
  const [other] = await findPayments(suite, provider, plan.terms, fromBlock);
  if (other === undefined) return;
  throw badInput(
    `record ${plan.terms.record} has a distribution in this currency already, number ${other.distribution}`,
    {
      why: `it pays ${formatAmount(other.amount, plan.decimals)}, by ${other.kind}`,
      todo: "cancel that one, or add --again if holders are to get both",
      notDone: "nothing was sent",
    },
  );
}
