import type { Provider } from "ethers";
import type { Suite } from "../../sdk/connect.ts";
import { type DistributionState, readDistribution } from "../../sdk/income/distributions.ts";
import { readPayments } from "../../sdk/income/payments.ts";
import { listRuns, readRun, type WrittenRun } from "../../sdk/journal/run-folder.ts";
import { NOT_BEGUN } from "../../sdk/journal/run-state.ts";
import { formatTime } from "../../sdk/time.ts";
import { formatAmount } from "../../sdk/units.ts";
import { readCurrency } from "../lib/currency.ts";
import type { CommonArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import { table } from "../lib/table.ts";

interface StatusArguments extends CommonArguments {
  readonly distribution: bigint;
  readonly out: string;
}

/** How many holders are where, by the chain and by the runs of this folder. */
export interface PaymentStatus {
  /** Paid by runs of this folder. */
  readonly paid: number;
  /** Paid otherwise: by themselves, by others. */
  readonly alreadyPaid: number;
  /** Passed over by a run of this folder, and not paid since. */
  readonly failed: readonly string[];
  /** In a step of which it is not known yet what became of it. */
  readonly unknown: number;
  /** Leaves of a list that are not paid; null for a record's distribution, which does not know how many holders there are. */
  readonly unpaid: number | null;
}

export interface StatusPlace {
  readonly runsFolder: string;
  readonly instance: string | null;
  readonly fromBlock: number;
}

/** Reads what was paid from the chain, and what was tried from the journals. */
export async function readPaymentStatus(
  suite: Suite,
  provider: Provider,
  { distribution, kind }: DistributionState,
  { runsFolder, instance, fromBlock }: StatusPlace,
): Promise<PaymentStatus> {
  const payments = await readPayments(suite.incomeDesk, distribution, fromBlock, provider);
  const desk = await suite.incomeDesk.getAddress();
  const runs = await runsOf(runsFolder, distribution, desk, instance);
  const steps = runs.flatMap(({ plan, steps: progress }) =>
    plan.steps.map((step, place) => ({ rows: step.rows, progress: progress[place] ?? NOT_BEGUN })),
  );
  const own = new Set(steps.flatMap(({ progress }) => (progress.state === "confirmed" ? [progress.hash] : [])));
  const paidHolders = new Set(payments.map(({ holder }) => holder));
  const passedOver = steps.flatMap(({ rows, progress }) => progress.notDone.map((place) => rows[place]?.account ?? ""));
  const open = steps.filter(({ progress }) => progress.state === "unknown" || progress.state === "sent");
  const isOwn = payments.filter(({ transactionHash }) => own.has(transactionHash));

  return {
    paid: isOwn.length,
    alreadyPaid: payments.length - isOwn.length,
    failed: [...new Set(passedOver)].filter((holder) => !paidHolders.has(holder)),
    unknown: open.reduce((count, { rows }) => count + rows.length, 0),
    unpaid: kind === "list" ? Number((await suite.incomeDesk.listOf(distribution)).count) - payments.length : null,
  };
}

export default runAction<StatusArguments>("income.status", async (context, { distribution }) => {
  const { provider } = (await context.connect()).connection.ethers;
  const { suite, book } = await context.suite();
  const income = await readDistribution(suite, distribution);
  const status = await readPaymentStatus(suite, provider, income, {
    runsFolder: context.runsFolder,
    instance: await context.instance(),
    fromBlock: book.deployedAtBlock,
  });
  const outstanding = await suite.incomeDesk.outstandingOf(distribution);
  const list = income.kind === "list" ? await suite.incomeDesk.listOf(distribution) : null;

  const { decimals } = await readCurrency(income.currency, provider);
  const money = (units: bigint) => formatAmount(units, decimals, decimals);
  const rows = [
    ["Kind, phase", `${income.kind}, ${income.phase}`],
    ["Asset, record", `${income.asset}, ${income.record}`],
    ["Total, gross", money(income.total)],
    ...(list === null ? [] : [["Funded", money(list.funded)]]),
    ["Paid, gross", money(income.paid)],
    ["Withheld, of it", `${money(income.withheld)}; ${money(income.withheld - income.taxWithdrawn)} wait`],
    ["Outstanding", money(outstanding)],
    ["Reclaimed", money(income.reclaimed)],
    ["Paid until", income.expiresAt === 0n ? "for ever" : formatTime(income.expiresAt)],
    ["Holders paid by these runs", `${status.paid}`],
    ["Holders paid otherwise", `${status.alreadyPaid}`],
    ["Holders who could not be paid", `${status.failed.length}`],
    ["Holders whose payment is unknown", `${status.unknown}`],
    ...(status.unpaid === null ? [] : [["Holders not paid", `${status.unpaid}`]]),
  ];
  for (const holder of status.failed) context.warn(`${holder} could not be paid so far`);
  const funded = list === null ? {} : { funded: list.funded };
  return { data: { ...income, ...funded, outstanding, ...status }, text: table(["", ""], rows) };
});

/** Payment runs of one distribution on this chain; damaged ones are `run list`'s business. */
async function runsOf(
  runsFolder: string,
  distribution: bigint,
  desk: string,
  instance: string | null,
): Promise<WrittenRun[]> {
  const plans = await listRuns(runsFolder);
  const own = plans.filter(
    ({ task, input, contracts, instance: life }) =>
      task === "income.pay" &&
      input["distribution"] === distribution.toString() &&
      contracts[0] === desk &&
      life === instance,
  );
  const runs = await Promise.all(own.map(({ id }) => readRun(`${runsFolder}/${id}`)));
  return runs.filter((run) => run !== undefined);
}
