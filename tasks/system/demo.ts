import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readAssetFile } from "../../sdk/asset-file.ts";
import { badInput, ExitCode } from "../../sdk/errors.ts";
import type { Refusal } from "../../sdk/explain.ts";
import { readPaintings } from "../../sdk/painting-file.ts";
import type { ActionContext } from "../lib/action-context.ts";
import type { CommonArguments } from "../lib/flags.ts";
import type { Outcome } from "../lib/outcome.ts";
import { StepReporter } from "../lib/progress.ts";
import { runAction } from "../lib/run-action.ts";
import { toJson } from "../lib/to-json.ts";
import { openChain, requireFreePort } from "./demo/open-chain.ts";
import { describePaintings } from "./demo/painting-summary.ts";
import { commandOf, renderDemo } from "./demo/render-demo.ts";
import { runDemo } from "./demo/run-demo.ts";
import { serveReport } from "./demo/serve-report.ts";
import { describeSummary, type Summary } from "./demo/summary.ts";

interface DemoArguments extends CommonArguments {
  readonly trades: number;
  readonly workers: number;
  readonly seed: number;
  readonly port: number;
  readonly serve: boolean;
  readonly webPort: number;
  readonly file: string;
  readonly out: string;
}

const MOST_TRADES = 1_000_000;

export default runAction<DemoArguments>("system.demo", async (context, args) => {
  checkArguments(args);
  context.note(
    "Moiety: a real offering, listed, sold, traded, settled on a chain and paid income; and paintings owned in shares.",
  );
  const terms = await readAssetFile(args.file);
  const paintings = await readPaintings(PAINTINGS);
  const port = args.serve && args.port === 0 ? NODE_PORT : args.port;
  if (args.serve) await requireFreePort(args.webPort, "--web-port");
  for (const name of ["summary.json", "report.html"]) await rm(join(args.out, name), { force: true }); // old ones must not pass for this run's
  await mkdir(args.out, { recursive: true });

  const reporter = new StepReporter(context.terminal, STEPS);
  const chain = await openChain(context, reporter, port, args.seed);
  const workers = args.workers === 0 ? availableParallelism() : args.workers;
  const folders = { folder: dirname(args.file), paintingsFolder: PAINTINGS };
  const options = { ...folders, terms, paintings, trades: args.trades, workers, seed: args.seed, out: args.out };
  const trace = await runDemo(chain.world, reporter, options);
  const { summary, refusals } = trace;
  await writeWhole(join(args.out, "summary.json"), `${toJson(summary)}\n`);
  await writeWhole(join(args.out, REPORT), await renderDemo(chain.world, trace, commandOf(args)));

  context.note(describeRefusals(refusals));
  if (chain.server !== undefined && !context.json) await serveUntilStopped(context, { ...args, port }, summary);
  await chain.server?.close();
  return report(summary, args.out);
});

/** Facts about works that were bought in shares (data/README.md). */
const PAINTINGS = fileURLToPath(new URL("../../data/co-owned-paintings", import.meta.url));

const REPORT = "report.html";

/** Where a local node usually is, and where the network `localhost` looks for it. */
const NODE_PORT = 8545;

/** Steps that the reporter announces: see `openChain` and `runDemo`. */
const STEPS = 15;

function checkArguments({ trades, workers, seed, port, serve, webPort, json }: DemoArguments): void {
  const wrong = [
    ...(trades >= 1 && trades <= MOST_TRADES ? [] : [`--trades is ${trades}, and has to be from 1 to ${MOST_TRADES}`]),
    ...(workers >= 0 && workers <= 256 ? [] : [`--workers is ${workers}, and has to be from 0 (one per core) to 256`]),
    ...(seed >= 1 && seed < 2 ** 31 ? [] : [`--seed is ${seed}, and has to be from 1 to ${2 ** 31 - 1}`]),
    ...(port >= 0 && port <= 65_535 ? [] : [`--port is ${port}, and has to be from 1 to 65535 (0 for none)`]),
    ...(webPort >= 1 && webPort <= 65_535 ? [] : [`--web-port is ${webPort}, and has to be from 1 to 65535`]),
    ...(serve && webPort === (port || NODE_PORT) ? [`chain and report cannot both have port ${webPort}`] : []),
    ...(serve && json ? ["--serve goes on until Ctrl-C, so there is no document for --json"] : []),
  ];
  if (wrong.length > 0) throw badInput(wrong.join("; "), { notDone: "nothing was started" });
}

function report(summary: Summary, out: string): Outcome {
  const exitCode = summary.reconciled ? ExitCode.done : ExitCode.checkFailed;
  const error = { what: "chain, executor and serial re-run do not agree", where: out, exitCode };
  const tables = `${describeSummary(summary)}\n${describePaintings(summary.paintings)}`;
  const text = `${tables}\n${describeFiles(out)}\n${TRY}`;
  return { data: summary, text, exitCode, ...(summary.reconciled ? {} : { error }) };
}

function describeRefusals(refusals: readonly { readonly who: string; readonly reasons: readonly Refusal[] }[]): string {
  return refusals
    .flatMap(({ who, reasons }) => [
      `Refused: ${who}`,
      ...reasons.map(({ code, sentence, nextStep }) => `  ${code}  ${sentence} ${nextStep}`),
    ])
    .join("\n");
}

function describeFiles(out: string): string {
  const files = [
    [REPORT, "the same as a page, which opens without a network"],
    ["summary.json", "all figures"],
    ["receipts.csv", "what became of every trade"],
    ["batch-1.bin", "the published batch: enough to run it again"],
    ["investors.csv", "the made-up investors"],
  ] as const;
  return ["Files:", ...files.map(([name, what]) => `  ${join(out, name).padEnd(28)} ${what}`)].join("\n");
}

const TRY = [
  "Try next:",
  "  npm start -- --trades 100000                          more trades",
  "  npm start -- --serve                                  keep chain and report up, and in another terminal:",
  "  npx hardhat asset show 1 --network localhost          look at the asset",
].join("\n");

async function serveUntilStopped(context: ActionContext, args: DemoArguments, summary: Summary): Promise<void> {
  const { port, serve, webPort, out } = args;
  const web = serve ? await serveReport(join(out, REPORT), webPort) : undefined;
  const page = web === undefined ? "" : `The report is at ${web.url}\n`;
  context.note(
    `${report(summary, out).text}\n${page}The chain is up at http://127.0.0.1:${port}. Ctrl-C ends ${web === undefined ? "it" : "both"}.`,
  );
  await new Promise<void>((resolve) => process.once("SIGINT", resolve));
  await web?.close();
}

/** A file that is there is whole. */
async function writeWhole(path: string, content: string): Promise<void> {
  await writeFile(`${path}.part`, content);
  await rename(`${path}.part`, path);
}
