import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import { requireSameChain } from "../lib/run-book.ts";
import { locateRun } from "./locate-run.ts";
import { locateSettlement, resumeSettlement } from "./settlement-run.ts";
import { describeWrittenRun } from "./show.ts";

interface ResumeArguments extends WritingArguments {
  readonly run: string;
  readonly out: string;
}

export default runAction<ResumeArguments>("run.resume", async (context, { run: wanted }) => {
  const settlement = await locateSettlement(context.runsFolder, wanted);
  if (settlement !== undefined) return resumeSettlement(context, settlement);

  const run = await locateRun(context.runsFolder, wanted);
  const { id, sender: from } = run.plan;
  requireSameChain(run.plan, (await context.connect()).chainId, await context.instance());
  const open = run.steps.filter(({ state }) => state !== "confirmed").length;
  if (context.dryRun || open === 0) {
    const text =
      open === 0
        ? `Run ${id} is done.`
        : `${open} of ${run.steps.length} steps of run ${id} would be brought to their end.`;
    return { data: { ...describeWrittenRun(run), reports: [] }, text };
  }

  const reports = await (await context.sender(from)).resume(run);
  const after = describeWrittenRun(await locateRun(context.runsFolder, wanted));
  return { data: { ...after, reports }, text: `${describeSteps(reports)}\nRun ${id} is ${after.state}.` };
});
