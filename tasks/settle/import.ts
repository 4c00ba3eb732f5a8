import { readFile, writeFile } from "node:fs/promises";
import { extname } from "node:path";
import { type TradeFormat, writeRejects, writeTradeFile } from "../../executor/index.ts";
import { badInput, ExitCode } from "../../sdk/errors.ts";
import { readSettlementFile } from "../../sdk/settlement-file.ts";
import type { CommonArguments } from "../lib/flags.ts";
import type { Outcome } from "../lib/outcome.ts";
import { runAction } from "../lib/run-action.ts";
import { table } from "../lib/table.ts";

interface ImportArguments extends CommonArguments {
  readonly file: string;
  readonly format: string;
  readonly to: string;
  readonly out: string;
}

const ENDING: Readonly<Record<TradeFormat, string>> = { ndjson: ".ndjson", csv: ".csv", binary: ".trades" };
const SHOWN = 20;

export default runAction<ImportArguments>("settle.import", (_context, args) => importTrades(args));

/** Writes what can be used of a file in one canonical form, and beside it what cannot, with the reasons. */
export async function importTrades({ file, format, to, out }: Omit<ImportArguments, "json">): Promise<Outcome> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw badInput("the file cannot be read", { where: file, why: error.code ?? error.message });
  });
  const form = formatNamed(to === "" ? "ndjson" : to, "--to");
  const from = format === "" ? undefined : formatNamed(format, "--format");
  const { orders, trades, bulks, rejects } = readSettlementFile(bytes, file, from);

  const base = out === "" ? `${file.slice(0, file.length - extname(file).length)}.imported` : out;
  const paths = { trades: `${base}${ENDING[form]}`, rejects: `${base}.rejects.csv` };
  if (paths.trades === file)
    throw badInput("the file would be overwritten", { where: file, todo: "give another --out" });
  await writeFile(paths.trades, writeTradeFile({ orders, trades, bulks }, form));
  if (rejects.length > 0) await writeFile(paths.rejects, writeRejects(rejects));

  const lines = new Set(rejects.map(({ line }) => line)).size;
  const data = { orders: orders.length, trades: trades.length, rejectedLines: lines, rejects, files: paths };
  const rows = rejects.slice(0, SHOWN).map(({ line, field, reason }) => [String(line), field, reason]);
  const text = [
    `${orders.length} orders and ${trades.length} trades are in ${paths.trades}.`,
    ...(rows.length === 0 ? [] : [table(["Line", "Field", "Why not taken"], rows)]),
    ...(rejects.length > SHOWN ? [`… and ${rejects.length - SHOWN} more.`] : []),
  ].join("\n");
  if (lines === 0) return { data, text };

  const exitCode = ExitCode.checkFailed;
  const todo = `correct them in ${paths.rejects} and import them again`;
  return { data, text, exitCode, error: { what: `${lines} lines were not taken`, where: file, todo, exitCode } };
}

function formatNamed(text: string, option: string): TradeFormat {
  if (text === "ndjson" || text === "csv" || text === "binary") return text;
  throw badInput(`${option} "${text}" is no format`, { todo: "choose ndjson, csv or binary" });
}
