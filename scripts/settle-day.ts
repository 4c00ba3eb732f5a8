import { readFile } from "node:fs/promises";
import { badInput } from "../sdk/errors.ts";
import { parseWhole } from "../sdk/units.ts";
import { report } from "../tasks/settle/run.ts";
import { settleFile } from "../tasks/settle/settle-file.ts";
import { settleTools } from "../tasks/settle/settle-tools.ts";
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
  const workers = WORKERS === undefined ? -1 : Number(parseWhole(WORKERS, "WORKERS"));
  const tools = await settleTools(context, { workers, maxFee: "" });

  return report(await settleFile(tools, content, TRADES_FILE), false);
});
