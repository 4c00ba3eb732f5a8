import { type AssetTerms, readAssetFile } from "../../sdk/asset-file.ts";
import type { Suite } from "../../sdk/connect.ts";
import { proposalId, proposalOf, type Stage, stageName } from "../../sdk/proposal.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";
import { planProposal } from "./plan-anchor.ts";

interface ProposeArguments extends WritingArguments {
  readonly file: string;
}

export interface ProposedAsset {
  readonly proposalId: string;
  readonly anchorId: string;
  readonly stage: Stage;
  readonly approvals: bigint;
  readonly reviewsNeeded: bigint;
  readonly steps: readonly StepReport[];
}

/** Proposes what the asset file says. What is proposed already is left alone. */
export async function proposeAsset(suite: Suite, sender: Sender, terms: AssetTerms): Promise<ProposedAsset> {
  const { selectionDesk } = suite;
  const id = proposalId(proposalOf(terms));
  const isKnown = (await selectionDesk.stageOf(id)) !== 0n;
  const steps = await sender.run(isKnown ? [] : [await planProposal(suite, terms)]);

  const [stage, approvals, reviewsNeeded] = await Promise.all([
    selectionDesk.stageOf(id),
    selectionDesk.approvalsOf(id),
    selectionDesk.reviewsNeeded(),
  ]);
  return { proposalId: id, anchorId: terms.anchorId, stage: stageName(stage), approvals, reviewsNeeded, steps };
}

export default runAction<ProposeArguments>("asset.propose", async (context, args) => {
  const terms = await readAssetFile(args.file);
  const { suite } = await context.suite();

  const proposed = await proposeAsset(suite, await context.sender(), terms);
  const said = `${terms.name} is proposal ${proposed.proposalId}: ${proposed.stage}, ${proposed.approvals} of ${proposed.reviewsNeeded} approve.`;
  return { data: proposed, text: `${describeSteps(proposed.steps)}\n${said}` };
});
