import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PostingFigure } from "../../executor/index.ts";
import { readAssetFile } from "../../sdk/asset-file.ts";
import { ExitCode, MoietyError } from "../../sdk/errors.ts";
import type { ActionContext } from "../lib/action-context.ts";
import { StepReporter } from "../lib/progress.ts";
import { openChain } from "../system/demo/open-chain.ts";
import { runDemo } from "../system/demo/run-demo.ts";

/** An offering with 125 holders, who are listed, have bought and signed mandates before anything is posted. */
const ASSET = fileURLToPath(new URL("../../data/1685-38th-reit/asset.json", import.meta.url));
const STEPS = 15;

/**
 * Settles `trades` trades between the holders of the demonstration's asset on the development chain: what gas and time it takes
 * to open the batch and settle its chunks. Throws unless every balance on the chain is what the receipts come to.
 */
export async function measurePosting(context: ActionContext, trades: number, seed: number): Promise<PostingFigure> {
  const out = await mkdtemp(join(tmpdir(), "moiety-posting-"));
  const reporter = new StepReporter(context.terminal, STEPS);
  try {
    const { world, server } = await openChain(context, reporter, 0, seed);
    const folder = dirname(ASSET);
    const terms = await readAssetFile(ASSET);
    const options = { terms, folder, paintings: [], paintingsFolder: folder, trades, workers: 0, seed, out };
    const { summary, result } = await runDemo(world, reporter, options);
    await server?.close();

    if (!summary.reconciled) {
      throw new MoietyError({
        what: "balances on the chain are not what the receipts come to",
        notDone: "no figure of posting is told",
        exitCode: ExitCode.checkFailed,
      });
    }
    const { accepted } = summary.trades;
    return {
      chain: `${world.connection.networkName}, a development chain`,
      trades: accepted,
      chunks: result.chunks.length,
      gasPerTrade: summary.chain.gasPerTrade,
      perSecond: accepted / (summary.chain.milliseconds / 1_000),
    };
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}
