import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { workFolder } from "../sdk/addresses.ts";
import { badInput } from "../sdk/errors.ts";
import { parseWhole } from "../sdk/units.ts";
import { report } from "../tasks/settle/run.ts";
import { settleFile } from "../tasks/settle/settle-file.ts";
import { runScript } from "./lib/run-script.ts";

const usage = {
  script: "settle-day",
  purpose: "Settles a day's trades from a file of signed orders and trades, as one batch.",
  required: { TRADES_FILE: "orders and trades, one JSON object per line (docs/input-files.md)" },
  optional: { WORKERS: "worker threads (default: one per core)" },
};

await runScript(usage, async (context, { TRADES_FILE, WORKERS }) => {
  const content = await readFile(TRADES_FILE).catch((error: NodeJS.ErrnoException) => {
    throw badInput("the file cannot be read", { where: TRADES_FILE, why: error.code ?? error.message });
  });
  const { connection, chainId } = await context.connect();
  const { suite, book } = await context.suite();
  const tools = {
    suite,
    provider: connection.ethers.provider,
    sender: await context.sender(),
    chainId,
    fromBlock: book.deployedAtBlock,
    runsFolder: join(workFolder(), "runs"),
    logsFolder: join(workFolder(), "settlement"),
    chainInstance: await context.instance(),
    workers: WORKERS === undefined ? undefined : Number(parseWhole(WORKERS, "WORKERS")),
    note: (line: string) => context.note(line),
  };

  return report(await settleFile(tools, content, TRADES_FILE), false);
});
