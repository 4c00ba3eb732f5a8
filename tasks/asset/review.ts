import type { Signer } from "ethers";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { findSigner } from "../../sdk/find-signer.ts";
import { reviewId, type Stage, signReview, stageName } from "../../sdk/proposal.ts";
import { type ReviewFile, readReviewFile } from "../../sdk/review-file.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";

interface ReviewArguments extends WritingArguments {
  readonly file: string;
}

export interface ReviewResult {
  readonly reviewId: string;
  readonly proposalId: string;
  readonly signature: string;
  readonly stage: Stage;
  readonly approvals: bigint;
  readonly reviewsNeeded: bigint;
  readonly steps: readonly StepReport[];
}

/** Signs (unless the file brings a signature) and brings the review. */
export async function reviewAsset(
  suite: Suite,
  sender: Sender,
  signers: readonly Signer[],
  file: ReviewFile,
): Promise<ReviewResult> {
  const { selectionDesk } = suite;
  const { signature: given, ...review } = file;
  const { proposalId, reviewer, approved, reasonHash, expiresAt } = review;
  const { chainId, verifyingContract: desk } = await selectionDesk.eip712Domain();
  const place = { chainId, desk };

  const signature = given ?? (await signReview(await requireSigner(signers, reviewer), place, review));
  const steps = await sender.run([
    {
      title: `${approved ? "approve" : "reject"} the proposal ${proposalId} for ${reviewer}`,
      transaction: () =>
        selectionDesk.bringReview.populateTransaction(proposalId, reviewer, approved, reasonHash, expiresAt, signature),
    },
  ]);

  const [stage, approvals, reviewsNeeded] = await Promise.all([
    selectionDesk.stageOf(proposalId),
    selectionDesk.approvalsOf(proposalId),
    selectionDesk.reviewsNeeded(),
  ]);
  return {
    reviewId: reviewId(place, review),
    proposalId,
    signature,
    stage: stageName(stage),
    approvals,
    reviewsNeeded,
    steps,
  };
}

export default runAction<ReviewArguments>("asset.review", async (context, args) => {
  const file = await readReviewFile(args.file);
  const { connection } = await context.connect();
  const { suite } = await context.suite();

  const result = await reviewAsset(suite, await context.sender(), await connection.ethers.getSigners(), file);
  const said = `Proposal ${file.proposalId}: ${result.stage}, ${result.approvals} of ${result.reviewsNeeded} approve.`;
  return { data: result, text: `${describeSteps(result.steps)}\n${said}` };
});

async function requireSigner(signers: readonly Signer[], reviewer: string): Promise<Signer> {
  const signer = await findSigner(signers, reviewer);
  if (signer !== undefined) return signer;

  throw badInput(`the network has no key of the reviewer ${reviewer}`, {
    todo: "let him sign it, and put the signature into the file",
    notDone: "nothing was signed or sent",
  });
}
