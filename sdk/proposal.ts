import { AbiCoder, keccak256, type Signer, TypedDataEncoder } from "ethers";
import { REVIEW_TYPES, selectionDomain } from "../executor/formats/typed-data.ts";
import { type AssetTerms, encodeAnchorMetadata } from "./asset-file.ts";

/** Where a proposal is, in the order of the numbers. */
export const STAGES = ["Unknown", "Proposed", "Reviewed", "Rejected", "Anchored", "Listed"] as const;

export type Stage = (typeof STAGES)[number];

/** `Proposal` of docs/formats.md, section 1. */
export interface Proposal {
  readonly legalHash: string;
  readonly evidenceHash: string;
  readonly checklistHash: string;
  readonly metadata: string;
}

/** `Review` of docs/formats.md, section 1. */
export interface Review {
  readonly proposalId: string;
  readonly reviewer: string;
  readonly approved: boolean;
  readonly reasonHash: string;
  readonly expiresAt: bigint;
}

/** Where a review counts: nowhere but at this desk on this chain. */
export interface SelectionPlace {
  readonly chainId: bigint;
  readonly desk: string;
}

/** What an asset file proposes. Without a checklist the evidence stands in for it; reviewers are not asked then. */
export function proposalOf(terms: AssetTerms): Proposal {
  const { legalHash, evidenceHash, checklistHash = evidenceHash } = terms;
  return { legalHash, evidenceHash, checklistHash, metadata: encodeAnchorMetadata(terms) };
}

export function proposalId({ legalHash, evidenceHash, checklistHash, metadata }: Proposal): string {
  const words = [legalHash, evidenceHash, checklistHash, keccak256(metadata)];
  return keccak256(AbiCoder.defaultAbiCoder().encode(["bytes32", "bytes32", "bytes32", "bytes32"], words));
}

/** The digest that a reviewer signs. */
export function reviewId({ chainId, desk }: SelectionPlace, review: Review): string {
  return TypedDataEncoder.hash(selectionDomain(chainId, desk), REVIEW_TYPES, review);
}

/** Signs with the reviewer's own key. */
export function signReview(signer: Signer, { chainId, desk }: SelectionPlace, review: Review): Promise<string> {
  return signer.signTypedData(selectionDomain(chainId, desk), REVIEW_TYPES, review);
}

export function stageName(stage: bigint): Stage {
  const name = STAGES[Number(stage)];
  if (name === undefined) throw new RangeError(`there is no stage ${stage}`);
  return name;
}
