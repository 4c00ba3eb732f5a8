import { parseAddress } from "../../sdk/address.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { openProofs } from "../../sdk/income/plan-folder.ts";
import { type FindInList, readStatement, type StatementLine, walletsOf } from "../../sdk/income/read-statement.ts";
import { formatTime } from "../../sdk/time.ts";
import { formatAmount } from "../../sdk/units.ts";
import { readCurrency } from "../lib/currency.ts";
import type { CommonArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import { table } from "../lib/table.ts";
import { findPlan } from "./locate-plan.ts";

interface StatementArguments extends CommonArguments {
  readonly investor: string;
  readonly csv: boolean;
  readonly out: string;
}

const COLUMNS = "distribution,asset,record,currency,wallet,escrow,state,gross,withheld,net,paidAt,transaction";

/** Looks a wallet up in the plans of a folder. */
export function findInPlans({ incomeDesk }: Suite, runsFolder: string): FindInList {
  return async (distribution, wallet) => {
    const { planHash } = await incomeDesk.listOf(distribution);
    const written = await findPlan(runsFolder, planHash);
    if (written === undefined) return null;
    const proofs = await openProofs(written);
    return proofs.find(wallet).finally(() => proofs.close());
  };
}

export default runAction<StatementArguments>("income.statement", async (context, { investor, csv }) => {
  if (investor === "") throw badInput("no investor was named", { todo: "add --investor <one of his wallets>" });
  const wallet = parseAddress(investor, "--investor");
  const { provider } = (await context.connect()).connection.ethers;
  const { suite, book } = await context.suite();
  const wallets = await walletsOf(suite, wallet);
  const find = findInPlans(suite, context.runsFolder);
  const lines = await readStatement(suite, provider, wallets, find, book.deployedAtBlock);

  const decimals = new Map<string, number>();
  for (const { currency } of lines)
    if (!decimals.has(currency)) decimals.set(currency, (await readCurrency(currency, provider)).decimals);
  const cells = lines.map((line) => cellsOf(line, decimals.get(line.currency) ?? 0));
  const unknown = lines.filter(({ state }) => state === "unknown");
  for (const { distribution } of unknown)
    context.warn(
      `the plan of distribution ${distribution} is not in ${context.runsFolder}: whether it pays him is not known`,
    );
  const text = csv
    ? [COLUMNS, ...cells.map((each) => each.join(","))].join("\n")
    : `${table(COLUMNS.split(","), cells)}\n${describeTotals(lines, decimals)}`;
  return { data: { wallets, lines }, text: lines.length === 0 ? "There was nothing for this investor." : text };
});

function cellsOf(line: StatementLine, decimals: number): string[] {
  const money = (units: bigint | null) => (units === null ? "" : formatAmount(units, decimals, decimals));
  const { distribution, asset, record, currency, wallet, escrow, state, gross, withheld, net, paidAt } = line;
  return [
    ...[distribution, asset, record].map(String),
    ...[currency, wallet, escrow ?? "", state],
    ...[gross, withheld, net].map(money),
    paidAt === null ? "" : formatTime(paidAt),
    line.transaction ?? "",
  ];
}

/** What was paid, currency by currency: different money is never added. */
function describeTotals(lines: readonly StatementLine[], decimals: ReadonlyMap<string, number>): string {
  return [...decimals]
    .map(([currency, places]) => {
      const paid = lines.filter((line) => line.currency === currency && line.state === "paid");
      const sum = (amount: "gross" | "withheld" | "net") =>
        formatAmount(
          paid.reduce((total, line) => total + (line[amount] ?? 0n), 0n),
          places,
          places,
        );
      return `Paid in ${currency}: gross ${sum("gross")}, withheld ${sum("withheld")}, net ${sum("net")}.`;
    })
    .join("\n");
}
