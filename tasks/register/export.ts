import { writeFile } from "node:fs/promises";
import { type CapTable, capTableCsv, readCapTable } from "../../sdk/cap-table.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput, ExitCode } from "../../sdk/errors.ts";
import { decodeRevert } from "../../sdk/revert.ts";
import { formatTime } from "../../sdk/time.ts";
import type { CommonArguments } from "../lib/flags.ts";
import type { Outcome } from "../lib/outcome.ts";
import { runAction } from "../lib/run-action.ts";
import { table } from "../lib/table.ts";
import { toJson } from "../lib/to-json.ts";

interface ExportArguments extends CommonArguments {
  readonly id: bigint;
  readonly record: string;
  readonly block: string;
  readonly file: string;
}

export default runAction<ExportArguments>("register.export", async (context, { id, record, block, file }) => {
  const wanted = {
    record: record === "" ? undefined : parseNumber(record, "--record"),
    block: block === "" ? undefined : parseNumber(block, "--block"),
  };
  if (file !== "" && !/\.(csv|json)$/.test(file)) {
    throw badInput(`"${file}" ends neither in .csv nor in .json`, { where: "--file" });
  }
  const { connection } = await context.connect();
  const { suite } = await context.suite();
  const latest = await connection.ethers.provider.getBlockNumber();
  const capTable = await capTableAt(suite, id, wanted, latest);

  if (file !== "") await writeFile(file, describeAs(file, capTable));
  return answer(capTable, file);
});

/** The cap table of an asset; in one sentence why, where the node does not know it. */
export async function capTableAt(
  suite: Suite,
  asset: bigint,
  { record, block }: { readonly record?: number | undefined; readonly block?: number | undefined },
  latest: number,
): Promise<CapTable> {
  if (block !== undefined && block > latest) throw badInput(`block ${block} is not there yet; the latest is ${latest}`);
  try {
    return await readCapTable(suite, { asset, record, block: block ?? latest });
  } catch (error) {
    const isRefused = decodeRevert(error, [suite.shareToken.interface]) !== undefined;
    if (block === undefined || isRefused || !(error instanceof Error) || error.name === "MoietyError") throw error;
    throw badInput(`the register cannot be read at block ${block}`, {
      why: error.message,
      todo: "use a node that keeps old states (an archive node), or a block after the deployment",
    });
  }
}

/** The table and whether it adds up. */
export function answer(capTable: CapTable, file: string): Outcome {
  const { asset, block, record, instant, supply, sum, rows } = capTable;
  const data = { ...capTable, file: file === "" ? null : file };
  const moment = record === null ? `block ${block}` : `record ${record} (${formatTime(instant ?? 0n)})`;
  const investors = new Set(rows.filter(({ balance }) => balance > 0n).map(({ investor }) => investor)).size;
  const head = `Asset ${asset} at ${moment}: ${supply} shares, ${investors} investors, ${rows.length} wallets.`;
  const text = file === "" ? `${describeRows(capTable)}\n${head}` : `${head} Written to ${file}.`;
  if (sum === supply) return { data, text };

  const exitCode = ExitCode.checkFailed;
  return { data, text, exitCode, error: { what: `the balances sum to ${sum}, and the supply is ${supply}`, exitCode } };
}

/** The file's content, by its ending. */
export function describeAs(file: string, capTable: CapTable): string {
  return file.endsWith(".json") ? `${toJson({ schema: "moiety.cap-table/1", ...capTable })}\n` : capTableCsv(capTable);
}

function describeRows({ rows }: CapTable): string {
  const cells = rows.map(({ investor, wallet, balance, frozen, locked }) =>
    [investor, wallet, balance, frozen ?? "", locked ?? ""].map(String),
  );
  return table(["Investor", "Wallet", "Shares", "Frozen", "Locked"], cells);
}

function parseNumber(text: string, where: string): number {
  if (/^[0-9]{1,15}$/.test(text)) return Number(text);
  throw badInput(`"${text}" is not a whole number`, { where });
}
