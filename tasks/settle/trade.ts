import { readFile } from "node:fs/promises";
import type { Provider } from "ethers";
import type { Suite } from "../../sdk/connect.ts";
import { badInput, ExitCode } from "../../sdk/errors.ts";
import { hashOf } from "../../sdk/journal/canonical-json.ts";
import { parseSettlementFile, type SettlementFile } from "../../sdk/settlement-file.ts";
import { type ListedTrade, listTrades, readRefusals, type TradeRefusal } from "../../sdk/settler/list-trades.ts";
import { chunk } from "../lib/chunk.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { MultisigArguments, RunArguments } from "../lib/flags.ts";
import type { Outcome } from "../lib/outcome.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";
import { table } from "../lib/table.ts";

interface TradeArguments extends MultisigArguments, RunArguments {
  readonly file: string;
  readonly list: number;
}

/** What the desk takes in one list. */
const MOST_TRADES = 128;

export interface SettledTrades {
  readonly trades: readonly ListedTrade[];
  /** How many were settled before this start. */
  readonly before: number;
  /** How many are settled now. */
  readonly settled: number;
  readonly steps: readonly StepReport[];
  readonly refusals: readonly TradeRefusal[];
}

/**
 * Settles the trades of a file as they are, not netted: list by list, each trade by itself. What an earlier start settled is left
 * out; what was refused before is tried again.
 */
export async function settleTradeFile(
  suite: Suite,
  sender: Sender,
  file: SettlementFile,
  { provider, listSize }: { readonly provider: Provider; readonly listSize: number },
): Promise<SettledTrades> {
  if (!Number.isInteger(listSize) || listSize < 1 || listSize > MOST_TRADES) {
    throw badInput(`a list has 1 to ${MOST_TRADES} trades, not ${listSize}`, { notDone: "nothing was sent" });
  }
  const { settlementDesk } = suite;
  const trades = await listTrades(settlementDesk, file);
  const before = countSettled(trades);
  const open = trades.filter(({ isSettled }) => !isSettled);

  const steps = chunk(open, listSize).map((list) => ({
    title: `settle ${list.length} trades one by one`,
    transaction: () => settlementDesk.settleTrades.populateTransaction(list.map(({ signed }) => signed)),
    rows: list.map(({ id, buyer }) => ({ row: id, account: buyer })),
  }));
  const work = {
    task: "settle.trade",
    input: { trades: hashOf(trades.map(({ id }) => id)), listSize },
    contracts: [await settlementDesk.getAddress()],
  };
  const reports = await sender.run(steps, work);
  const hashes = reports.flatMap(({ hash }) => (hash === null ? [] : [hash]));
  const refusals = await readRefusals(provider, hashes, trades);
  const settled = hashes.length === 0 ? before : countSettled(await listTrades(settlementDesk, file));
  return { trades, before, settled, steps: reports, refusals };
}

export default runAction<TradeArguments>("settle.trade", async (context, { file: path, list }) => {
  const content = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw badInput("the file cannot be read", { where: path, why: error.code ?? error.message });
  });
  const { connection } = await context.connect();
  const { suite } = await context.suite();
  const { provider } = connection.ethers;
  const file = parseSettlementFile(content, path);

  return report(await settleTradeFile(suite, await context.sender(), file, { provider, listSize: list }));
});

function countSettled(trades: readonly ListedTrade[]): number {
  return trades.filter(({ isSettled }) => isSettled).length;
}

/** What became of the trades. A refusal is a failed check: exit code and table say so. */
export function report({ trades, before, settled, steps, refusals }: SettledTrades): Outcome {
  const data = { trades: trades.length, settledBefore: before, settled, refusals, steps };
  const rows = refusals.map(({ trade, error, code, sentence }) => [trade, String(code ?? ""), error, sentence]);
  const text = [
    describeSteps(steps, "Nothing to do: every trade of this file is settled."),
    ...(rows.length === 0 ? [] : [table(["Trade", "Code", "Refused with", "Why"], rows)]),
    `${settled} of ${trades.length} trades are settled, ${before} of them before.`,
  ].join("\n");
  if (refusals.length === 0) return { data, text };

  const exitCode = ExitCode.checkFailed;
  return { data, text, exitCode, error: { what: `${refusals.length} trades were refused`, exitCode } };
}
