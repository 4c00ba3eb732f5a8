import type { Provider } from "ethers";
import type { Suite } from "../../sdk/connect.ts";
import { ExitCode } from "../../sdk/errors.ts";
import { type DistributionState, readDistribution } from "../../sdk/income/distributions.ts";
import { openProofs } from "../../sdk/income/plan-folder.ts";
import { type IncomeReconciliation, reconcileList, reconcileRecord } from "../../sdk/income/reconcile-income.ts";
import { readRecordHolders } from "../../sdk/income/record-holders.ts";
import { readCurrency } from "../lib/currency.ts";
import type { CommonArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import { planOfList } from "./locate-plan.ts";

interface ReconcileArguments extends CommonArguments {
  readonly distribution: bigint;
  readonly plan: string;
  readonly out: string;
}

/** Where a reconciliation reads. */
export interface ReconcilePlace {
  readonly fromBlock: number;
  readonly chain: string;
  readonly runsFolder: string;
  /** The plan's folder, if it is not among the runs. */
  readonly plan: string;
}

/** Re-reads the chain: every leaf or holder against events and books, the sums, and the money behind them. */
export async function reconcileIncome(
  suite: Suite,
  provider: Provider,
  income: DistributionState,
  place: ReconcilePlace,
): Promise<IncomeReconciliation> {
  const found = await reconcileRows(suite, provider, income, place);
  const { contract } = await readCurrency(income.currency, provider);
  const desk = await suite.incomeDesk.getAddress();
  const [balance, held] = [await contract.balanceOf(desk), await suite.incomeDesk.heldOf(income.distribution)];
  if (balance >= held) return found;
  return {
    ...found,
    mismatches: [...found.mismatches, `the desk has ${balance}, and holds ${held} for this distribution`],
  };
}

export default runAction<ReconcileArguments>("income.reconcile", async (context, { distribution, plan }) => {
  const { connection, chainId } = await context.connect();
  const { provider } = connection.ethers;
  const { suite, book } = await context.suite();
  const income = await readDistribution(suite, distribution);
  const { rows, paid, payments, mismatches } = await reconcileIncome(suite, provider, income, {
    fromBlock: book.deployedAtBlock,
    chain: chainId.toString(),
    runsFolder: context.runsFolder,
    plan,
  });

  const data = { distribution, kind: income.kind, rows, paid, payments: payments.length, mismatches };
  const text = `${rows} ${income.kind === "list" ? "leaves" : "holders"}, ${paid} paid by ${payments.length} payments.`;
  if (mismatches.length === 0) return { data, text: `${text} All of it agrees with the chain.` };
  const exitCode = ExitCode.checkFailed;
  return { data, text, exitCode, error: { what: "the chain says otherwise", details: mismatches, exitCode } };
});

async function reconcileRows(
  suite: Suite,
  provider: Provider,
  income: DistributionState,
  { fromBlock, chain, runsFolder, plan }: ReconcilePlace,
): Promise<IncomeReconciliation> {
  if (income.kind === "list") {
    const proofs = await openProofs(await planOfList(suite, income.distribution, runsFolder, plan));
    return reconcileList(suite, provider, income, proofs, fromBlock).finally(() => proofs.close());
  }
  const { asset, record } = income;
  const question = { asset, record, source: "register" as const, deployedAtBlock: fromBlock, chain };
  const { holders } = await readRecordHolders(suite, provider, question);
  return reconcileRecord(suite, provider, income, holders, fromBlock);
}
