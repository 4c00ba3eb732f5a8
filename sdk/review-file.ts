import { dirname, resolve } from "node:path";
import { z } from "zod";
import { parseAddress } from "./address.ts";
import { readAssetFile } from "./asset-file.ts";
import { cell } from "./cell.ts";
import { documentSchema, hashDocument } from "./document.ts";
import { badInput } from "./errors.ts";
import { proposalId, proposalOf, type Review } from "./proposal.ts";
import { readInput } from "./read-input.ts";
import { parseUntil } from "./time.ts";

export const reviewFileSchema = z.strictObject({
  schema: z.literal("moiety.review/1"),
  /** The asset file that was proposed, or the proposal's id. */
  proposal: z.union([
    z.strictObject({ file: z.string().min(1) }),
    z.strictObject({ id: z.string().regex(/^0x[0-9a-f]{64}$/) }),
  ]),
  reviewer: cell((text) => parseAddress(text)),
  verdict: z.enum(["approve", "reject"]),
  /** What the reviewer found. */
  report: documentSchema,
  /** Until when the signed review may be brought. */
  expiresAt: cell(parseUntil),
  signature: z
    .string()
    .regex(/^0x([0-9a-f]{2})+$/i)
    .optional(),
});

/** A review as somebody wrote it down, with its report hashed. */
export interface ReviewFile extends Review {
  readonly signature: string | undefined;
}

export async function readReviewFile(path: string): Promise<ReviewFile> {
  const { proposal, reviewer, verdict, report, expiresAt, signature } = await readInput(
    path,
    reviewFileSchema,
    "the review",
  );
  const proposed = "id" in proposal ? proposal.id : await idOfFile(resolve(dirname(path), proposal.file));
  const reasonHash = await hashDocument(report, path);
  return { proposalId: proposed, reviewer, approved: verdict === "approve", reasonHash, expiresAt, signature };
}

async function idOfFile(path: string): Promise<string> {
  const terms = await readAssetFile(path);
  if (terms.checklistHash !== undefined) return proposalId(proposalOf(terms));
  throw badInput("an asset without a checklist cannot have been proposed for review", {
    where: `${path}, documents.checklist`,
  });
}
