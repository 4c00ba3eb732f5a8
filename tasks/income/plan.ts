import { availableParallelism } from "node:os";
import { parseAddress } from "../../sdk/address.ts";
import type { Suite } from "../../sdk/connect.ts";
import { parseDelimiter } from "../../sdk/csv.ts";
import { badInput } from "../../sdk/errors.ts";
import { type ReadOptions, readExcludedFile, readLookThroughFile, TEMPLATES } from "../../sdk/income/account-files.ts";
import { makeIncomePlan } from "../../sdk/income/make-plan.ts";
import { openProofs, type WrittenPlan } from "../../sdk/income/plan-folder.ts";
import {
  NO_WITHHOLDING,
  readChainWithholding,
  readWithholdingFile,
  type Withholding,
} from "../../sdk/income/withholding.ts";
import { type Summary, summarize } from "../../sdk/summarize.ts";
import { formatTime } from "../../sdk/time.ts";
import { formatAmount, parseUnits } from "../../sdk/units.ts";
import type { ActionContext } from "../lib/action-context.ts";
import { findCurrency } from "../lib/currency.ts";
import type { CommonArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import { table } from "../lib/table.ts";
import { parseEnd } from "./end-terms.ts";

interface PlanArguments extends CommonArguments {
  readonly asset: bigint;
  readonly record: number;
  readonly currency: string;
  readonly amount: string;
  readonly rounding: string;
  readonly reference: string;
  readonly expires: string;
  readonly reclaimTo: string;
  readonly exclude: string;
  readonly lookThrough: string;
  readonly withholding: string;
  readonly taxAccount: string;
  readonly delimiter: string;
  readonly mergeDuplicates: boolean;
  readonly template: string;
  readonly holders: string;
  readonly out: string;
}

/** More threads than this do not make a list faster that one disk has to take. */
const MOST_WORKERS = 8;

export default runAction<PlanArguments>("income.plan", async (context, args) => {
  if (args.template !== "") return printTemplate(args.template);
  const { connection, chainId } = await context.connect();
  const { provider } = connection.ethers;
  const rounding = parseRounding(args.rounding);
  const source = parseSource(args.holders);
  const end = parseEnd(args.expires, args.reclaimTo);
  const files = await readFiles(context, args);
  const { suite, book } = await context.suite();
  const currency = await findCurrency(suite, provider, args.currency);
  const amount = parseUnits(args.amount, currency.decimals, "--amount");

  const written = await makeIncomePlan(suite, provider, {
    place: { chainId, instance: await context.instance(), desk: await suite.incomeDesk.getAddress() },
    terms: {
      ...{ asset: args.asset, record: BigInt(args.record), currency: currency.address, amount, rounding, ...end },
      reference: args.reference,
      withholding: await readWithholding(context, suite, args),
    },
    excluded: files.excluded,
    lookThrough: files.lookThrough,
    decimals: currency.decimals,
    deployedAtBlock: book.deployedAtBlock,
    source,
    runsFolder: context.runsFolder,
    workers: Math.min(availableParallelism(), MOST_WORKERS),
    warn: (text) => context.warn(text),
    onProgress: progressOn(context),
  });
  const summary = await summarizePlan(written);
  return { data: { ...written, gross: summary }, text: describePlan(written, summary) };
});

/** Count, sum, smallest and largest gross amount, read back from the proofs, each row checked against the root. */
export async function summarizePlan(written: WrittenPlan): Promise<Summary> {
  const proofs = await openProofs(written);
  const amounts: bigint[] = [];
  try {
    for await (const { gross } of proofs.rows()) amounts.push(gross);
  } finally {
    await proofs.close();
  }
  return summarize(amounts);
}

function describePlan({ folder, plan, planHash }: WrittenPlan, { count, sum, min, max }: Summary): string {
  const { terms, decimals, remainder, withheld } = plan;
  const money = (units: bigint) => formatAmount(units, decimals, decimals);
  const rows = [
    ["Holders paid", `${count}`],
    ["Sum", money(sum)],
    ["Smallest", money(min)],
    ["Largest", money(max)],
    ["Remainder", `${money(remainder)}${remainder === 0n ? "" : ", which stays with you"}`],
    ["Deposit = sum + remainder", `${money(sum + remainder)}`],
    ["Withheld", money(withheld)],
    ["Net", money(sum - withheld)],
    ["Shares that take part", `${plan.totalShares} of ${plan.supply}`],
    ["Excluded", `${terms.excluded.length} accounts, ${plan.excludedShares} shares`],
    ["Looked through", `${new Set(terms.lookThrough.map(({ escrow }) => escrow)).size} escrows`],
    ["Too few shares for one unit", `${plan.tooSmall}`],
    ["Record", `${terms.record} of asset ${terms.asset}, ${formatTime(plan.instant)}`],
    ["Paid until", terms.expiresAt === 0n ? "for ever" : formatTime(terms.expiresAt)],
    ["Root", plan.root],
    ["Plan hash", planHash],
  ];
  const next = `Plan ${plan.id} is in ${folder}: plan.json, ${plan.files.holders.name}, ${plan.files.proofs.name}.`;
  return `${table(["", ""], rows)}\n${next}\nNext: \`income announce ${plan.id}\`.`;
}

function printTemplate(name: string) {
  const text = TEMPLATES[name];
  if (text === undefined) {
    const todo = `use one of ${Object.keys(TEMPLATES).join(", ")}`;
    throw badInput(`there is no template "${name}"`, { where: "--template", todo });
  }
  return { data: { template: name, text }, text: text.trimEnd() };
}

async function readFiles(context: ActionContext, args: PlanArguments) {
  const options: ReadOptions = {
    delimiter: parseDelimiter(args.delimiter),
    mergeDuplicates: args.mergeDuplicates,
  };
  const none = { rows: [], notes: [] };
  const excluded = args.exclude === "" ? none : await readExcludedFile(args.exclude, options);
  const lookThrough = args.lookThrough === "" ? none : await readLookThroughFile(args.lookThrough, options);
  for (const note of excluded.notes) context.warn(`--exclude ${note}`);
  for (const note of lookThrough.notes) context.warn(`--look-through ${note}`);
  if (lookThrough.rows.length > 0) {
    const { count, sum, min, max } = summarize(lookThrough.rows.map(({ row }) => row.shares));
    context.note(`--look-through: ${count} rows, ${sum} shares in all, smallest ${min}, largest ${max}`);
  }
  return { excluded: excluded.rows, lookThrough: lookThrough.rows };
}

/** `chain`, `none`, or a file, which needs `--tax-account`. */
async function readWithholding(context: ActionContext, suite: Suite, args: PlanArguments): Promise<Withholding> {
  const { asset, withholding, taxAccount, delimiter } = args;
  const isFile = withholding !== "chain" && withholding !== "none";
  if (!isFile && taxAccount !== "")
    throw badInput("the tax account goes with a table from a file", { where: "--tax-account" });
  if (withholding === "none") return NO_WITHHOLDING;
  if (withholding === "chain") return readChainWithholding(suite, asset);
  if (taxAccount === "") throw badInput("nobody is named who gets the tax", { where: "--tax-account" });

  const { notes, ...read } = await readWithholdingFile(
    withholding,
    parseAddress(taxAccount, "--tax-account"),
    parseDelimiter(delimiter),
  );
  for (const note of notes) context.warn(`--withholding ${note}`);
  return read;
}

function parseRounding(text: string): "carry" | "largest-remainder" {
  if (text === "carry" || text === "largest-remainder") return text;
  throw badInput(`"${text}" is no way of rounding`, { where: "--rounding", todo: "use carry or largest-remainder" });
}

function parseSource(text: string): "register" | "transfers" {
  if (text === "register" || text === "transfers") return text;
  throw badInput(`holders are not read from "${text}"`, { where: "--holders", todo: "use register or transfers" });
}

/** A line of progress on stderr, every few seconds. */
function progressOn(context: ActionContext) {
  const everyMs = 2_000;
  let last = performance.now();
  return (what: string, done: number, total: number) => {
    const now = performance.now();
    if (now - last < everyMs) return;
    last = now;
    context.note(`${what}: ${done} of ${total}`);
  };
}
