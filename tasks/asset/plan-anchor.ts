import type { AssetTerms } from "../../sdk/asset-file.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput, ExitCode, MoietyError } from "../../sdk/errors.ts";
import { proposalId, proposalOf, stageName } from "../../sdk/proposal.ts";
import type { Step } from "../lib/sender.ts";

/** The steps until the asset is anchored; refused while reviewers have not approved it. */
export async function planAnchor({ selectionDesk }: Suite, id: bigint, terms: AssetTerms): Promise<Step[]> {
  const proposed = proposalId(proposalOf(terms));
  const needed = await selectionDesk.reviewsNeeded();
  const stage = stageName(await selectionDesk.stageOf(proposed));
  if (needed > 0n && stage !== "Reviewed") {
    const approvals = await selectionDesk.approvalsOf(proposed);
    throw notReviewed(terms, stage, approvals, needed);
  }

  const anchor: Step = {
    title: titleOfAnchor(id, terms),
    transaction: () => selectionDesk.anchor.populateTransaction(proposed, id),
    needsEarlier: stage === "Unknown",
  };
  return stage === "Unknown" ? [await planProposal({ selectionDesk }, terms), anchor] : [anchor];
}

/** By which the step that anchors is found again. */
export function titleOfAnchor(id: bigint, { name }: Pick<AssetTerms, "name">): string {
  return `anchor ${name} and bind it to id ${id}`;
}

/** The step that proposes what the file says. */
export async function planProposal({ selectionDesk }: Pick<Suite, "selectionDesk">, terms: AssetTerms): Promise<Step> {
  const needed = await selectionDesk.reviewsNeeded();
  if (needed > 0n && terms.checklistHash === undefined) {
    throw badInput("reviewers need the checklist of the due diligence, and the file names none", {
      where: "documents.checklist",
      todo: "fill it in, and name it there",
      notDone: "nothing was sent",
    });
  }
  return {
    title: `propose ${terms.name}`,
    transaction: () => selectionDesk.propose.populateTransaction(proposalOf(terms)),
  };
}

function notReviewed(terms: AssetTerms, stage: string, approvals: bigint, needed: bigint): MoietyError {
  const isRejected = stage === "Rejected";
  return new MoietyError({
    what: isRejected
      ? `${terms.name} was rejected`
      : `${terms.name} is not reviewed: ${approvals} of ${needed} approve`,
    todo: isRejected
      ? "propose it again with a new checklist"
      : "propose it with `asset propose`, and have others review it with `asset review`",
    notDone: "nothing was sent",
    exitCode: ExitCode.refused,
  });
}
