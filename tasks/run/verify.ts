import { ExitCode } from "../../sdk/errors.ts";
import { runStateOf } from "../../sdk/journal/run-state.ts";
import type { CommonArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import { requireSameChain } from "../lib/run-book.ts";
import { locateRun } from "./locate-run.ts";
import { verifyRun } from "./verify-run.ts";

interface VerifyArguments extends CommonArguments {
  readonly run: string;
  readonly out: string;
  readonly rpcUrl: string;
}

export default runAction<VerifyArguments>("run.verify", async (context, { run: wanted }) => {
  const run = await locateRun(context.runsFolder, wanted);
  const { connection, chainId } = await context.connect();
  requireSameChain(run.plan, chainId, await context.instance());

  const result = await verifyRun(run, connection.ethers.provider);
  const { id } = run.plan;
  const state = runStateOf(run.steps);
  if (state !== "done") context.warn(`run ${id} is not through; what is confirmed was checked`);
  const data = { id, task: run.plan.task, state, ...result };
  const text = `Run ${id}: ${result.steps} steps and ${result.rows} rows were checked against the chain.`;
  if (result.mismatches.length === 0) return { data, text: `${text} All of it is there.` };

  const exitCode = ExitCode.checkFailed;
  return {
    data,
    text,
    exitCode,
    error: { what: "the chain does not have what the run says", details: result.mismatches, exitCode },
  };
});
