import { keccak256, toUtf8Bytes } from "ethers";
import type { AssetTerms } from "../../../sdk/asset-file.ts";
import { parseUntil } from "../../../sdk/time.ts";
import { proposeAsset } from "../../asset/propose.ts";
import { reviewAsset } from "../../asset/review.ts";
import type { DemoWorld } from "./world.ts";

/** Places of the two reviewers among the accounts of a development chain; neither is who proposes. */
export const REVIEWERS = [5, 6] as const;

/** Proposes the asset and has as many people as the desk demands approve it, each by signature. Says how many did. */
export async function reviewInDemo(world: DemoWorld, terms: AssetTerms): Promise<number> {
  const { suite, sender, connection } = world;
  const signers = await connection.ethers.getSigners();
  const { proposalId, reviewsNeeded } = await proposeAsset(suite, sender, terms);
  const reviewers = REVIEWERS.slice(0, Number(reviewsNeeded));

  for (const place of reviewers) {
    const reviewer = signers[place];
    if (reviewer === undefined) throw new Error(`the chain has no account ${place} for a reviewer`);
    await reviewAsset(suite, sender, [reviewer], {
      proposalId,
      reviewer: reviewer.address,
      approved: true,
      reasonHash: keccak256(toUtf8Bytes(`The checklist of ${terms.name} was gone through; nothing is missing.`)),
      expiresAt: parseUntil("2099-12-31"),
      signature: undefined,
    });
  }
  return reviewers.length;
}
