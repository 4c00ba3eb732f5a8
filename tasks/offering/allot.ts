import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { readEntitlements } from "../../sdk/offering-entitlements.ts";
import { describeRun, describeSteps } from "../lib/describe-steps.ts";
import type { RunArguments, WritingArguments } from "../lib/flags.ts";
import { FAILED, OPEN, requireOffering } from "../lib/offerings.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";
import { planAllotment } from "./plan-allotment.ts";

interface AllotArguments extends WritingArguments, RunArguments {
  readonly offering: bigint;
  readonly batchSize: number;
}

export interface AllottedOffering {
  readonly offering: bigint;
  /** Who was to be issued shares, and how many of them together. */
  readonly buyers: number;
  readonly shares: bigint;
  /** Whom the register has refused: entitled still, with his money in escrow. */
  readonly refused: readonly string[];
  readonly steps: readonly StepReport[];
}

/** Issues what the buyers of an offering that succeeded are entitled to; before that, divides what was reserved too much. */
export async function allotOffering(
  suite: Pick<Suite, "offeringDesk">,
  sender: Sender,
  offering: bigint,
  batchSize: number,
): Promise<AllottedOffering> {
  const { phase } = await requireOffering(suite, offering);
  if (phase === OPEN || phase === FAILED) {
    throw badInput(`offering ${offering} ${phase === OPEN ? "is not closed" : "failed"}`, {
      todo: phase === OPEN ? "close it first, with `offering close`" : "pay the buyers back, with `offering refund`",
      notDone: "nothing was sent",
    });
  }
  const { steps: planned, allotments } = await planAllotment(suite, offering, { batchSize, needsEarlier: false });
  const work = { task: "offering.allot", input: { offering }, contracts: [await suite.offeringDesk.getAddress()] };

  const steps = await sender.run(planned, work);
  const left = sender.dryRun ? [] : await readEntitlements(suite, offering);
  const refused = left.filter(({ shares }) => shares > 0n).map(({ buyer }) => buyer);
  const shares = allotments.reduce((sum, each) => sum + each.shares, 0n);
  return { offering, buyers: allotments.length, shares, refused, steps };
}

export default runAction<AllotArguments>("offering.allot", async (context, { offering, batchSize }) => {
  if (batchSize < 1) throw badInput("a batch has to have at least one buyer", { where: "--batch-size" });
  const { suite } = await context.suite();
  const sender = await context.sender();

  const result = await allotOffering(suite, sender, offering, batchSize);
  for (const buyer of result.refused) {
    context.warn(
      `the register refuses ${buyer}, who stays entitled; \`transfer check\` says why, and he may take a refund`,
    );
  }
  const did = context.dryRun ? "would be allotted" : "were to be allotted";
  const said = `${result.shares} shares ${did} to ${result.buyers} buyers, ${result.refused.length} were refused.`;
  const text = `${describeSteps(result.steps, "Nothing to do: everybody has his shares.")}\n${said}${describeRun(sender)}`;
  return { data: { runId: sender.runId, ...result }, text };
});
