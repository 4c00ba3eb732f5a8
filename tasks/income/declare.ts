import type { Provider } from "ethers";
import { parseAddress } from "../../sdk/address.ts";
import type { Suite } from "../../sdk/connect.ts";
import { parseDelimiter } from "../../sdk/csv.ts";
import { badInput } from "../../sdk/errors.ts";
import { readExcludedFile } from "../../sdk/income/account-files.ts";
import { findPayments, requireAllowedCurrency } from "../../sdk/income/distributions.ts";
import { requireKnownAccounts } from "../../sdk/income/judge-accounts.ts";
import { formatAmount, parseUnits } from "../../sdk/units.ts";
import { findCurrency } from "../lib/currency.ts";
import { describeRun, describeSteps } from "../lib/describe-steps.ts";
import type { RunArguments, WritingArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, Step } from "../lib/sender.ts";
import { type EndTerms, orZero, parseEnd } from "./end-terms.ts";

interface DeclareArguments extends WritingArguments, RunArguments {
  readonly asset: bigint;
  readonly record: number;
  readonly amount: string;
  readonly currency: string;
  readonly exclude: string;
  readonly escrows: string;
  readonly expires: string;
  readonly reclaimTo: string;
  readonly delimiter: string;
  readonly mergeDuplicates: boolean;
}

export interface Declaration {
  readonly asset: bigint;
  readonly record: bigint;
  readonly amount: bigint;
  readonly currency: Awaited<ReturnType<typeof findCurrency>>;
  /** Left out: it never ends. */
  readonly end?: EndTerms;
  /** Accounts whose shares get nothing. */
  readonly excluded?: readonly string[];
  /** Addresses of the suite that hold for others, who are paid in their stead. */
  readonly escrows?: readonly string[];
}

/** Declares income once: a distribution of this record in this currency that exists already is not declared again. */
export async function declareIncome(
  suite: Suite,
  sender: Sender,
  declaration: Declaration,
  provider: Provider,
  fromBlock: number,
) {
  const { asset, record, amount, currency, end, excluded = [], escrows = [] } = declaration;
  if (amount === 0n) throw badInput("the amount is zero", { where: "--amount", notDone: "nothing was sent" });
  const desk = await suite.incomeDesk.getAddress();
  const terms = {
    ...{ id: asset, record, currency: currency.address, amount },
    withholding: await suite.incomeDesk.withholdingOf(asset),
    expiresAt: end?.expiresAt ?? 0n,
    reclaimTo: orZero(end?.reclaimTo ?? null),
    excluded: excluded.toSorted(),
    escrows: escrows.toSorted(),
  };
  const { id: _id, ...asked } = terms;
  const work = { task: "income.declare", input: { asset, ...asked }, contracts: [desk, currency.address] };
  const question = { asset, record, currency: currency.address };
  const [present] = await findPayments(suite, provider, question, fromBlock);
  if (present !== undefined) {
    // A run that was killed at its very end still has to be told that it is through.
    if (present.kind === "record" && present.amount === amount)
      return { distribution: present.distribution, steps: await sender.run([], work) };
    throw badInput(`record ${record} was paid already, by distribution ${present.distribution} of another amount`, {
      why: `${formatAmount(present.amount, currency.decimals)} were declared, by ${present.kind}`,
      todo: "open another record for another payment",
      notDone: "nothing was sent",
    });
  }

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
  await requireAllowedCurrency(suite, currency.address);
  const steps = await sender.run([...(allowance < amount ? [approve] : []), declare], work);

  const [declared] = sender.dryRun ? [] : await findPayments(suite, provider, question, fromBlock);
  return { distribution: declared?.distribution ?? null, steps };
}

export default runAction<DeclareArguments>("income.declare", async (context, args) => {
  const { connection } = await context.connect();
  const { provider } = connection.ethers;
  const { suite, book } = await context.suite();
  const currency = await findCurrency(suite, provider, args.currency);
  const amount = parseUnits(args.amount, currency.decimals, "--amount");
  const options = { delimiter: parseDelimiter(args.delimiter), mergeDuplicates: args.mergeDuplicates };
  const { rows, notes } = args.exclude === "" ? { rows: [], notes: [] } : await readExcludedFile(args.exclude, options);
  for (const note of notes) context.warn(note);
  await requireKnownAccounts(suite, { excluded: rows, lookThrough: [] });
  const declaration: Declaration = {
    asset: args.asset,
    record: BigInt(args.record),
    ...{ amount, currency },
    end: parseEnd(args.expires, args.reclaimTo),
    excluded: rows.map(({ row }) => row.account),
    escrows: args.escrows === "" ? [] : args.escrows.split(",").map((each) => parseAddress(each.trim(), "--escrows")),
  };

  const sender = await context.sender();
  const result = await declareIncome(suite, sender, declaration, provider, book.deployedAtBlock);
  const { runId } = sender;
  if (result.distribution === null) return { data: { runId, ...result }, text: describeSteps(result.steps) };
  const { perShare, remainder, withholding } = await suite.incomeDesk.recordIncomeOf(result.distribution);
  const said = [
    `Distribution ${result.distribution} pays ${formatAmount(perShare, currency.decimals)} a share;`,
    `${formatAmount(remainder, currency.decimals)} are carried into the next.`,
    withholding === 0n ? "Nothing is withheld." : `Tax is withheld by table ${withholding}.`,
  ].join(" ");
  const text = `${describeSteps(result.steps)}\n${said}${describeRun(sender)}`;
  return { data: { runId, ...result, perShare, remainder, withholding }, text };
});
