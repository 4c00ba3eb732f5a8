import { ZeroHash } from "ethers";
import type { Suite } from "../connect.ts";
import type { BundleDocument, DocumentBundle, DocumentState } from "./documents-file.ts";

/** What the chain knows of a bundle. */
export interface AnchoredBundle {
  readonly subjectId: string;
  readonly state: "active" | "superseded" | "unknown";
  /** The bundle that counts now; null if there never was one. */
  readonly active: string | null;
  readonly supersededBy: string | null;
  readonly anchoredAt: bigint | null;
  readonly documentCount: bigint | null;
  readonly uri: string | null;
}

export interface VerifiedDocument extends Omit<BundleDocument, "state"> {
  /** `unproved`: it is there, but no bundle on chain says that it should be. */
  readonly state: Exclude<DocumentState, "hashed"> | "unproved";
}

export interface Verification {
  readonly bundleHash: string;
  readonly chain: AnchoredBundle;
  readonly documents: readonly VerifiedDocument[];
  /** The bundle counts now, and every document that could be looked at is the one that was anchored. */
  readonly holds: boolean;
}

/** Asks the chain about the bundle of this asset and role. */
export async function readAnchoredBundle(
  { documentAnchor, shareToken }: Suite,
  { asset, roleId, bundleHash }: Pick<DocumentBundle, "asset" | "roleId" | "bundleHash">,
): Promise<AnchoredBundle> {
  const subjectId = await shareToken.anchorIdOf(asset);
  const [active, isAnchored] = await Promise.all([
    documentAnchor.activeBundle(subjectId, roleId),
    documentAnchor.isAnchored(bundleHash, subjectId, roleId),
  ]);
  const none = { supersededBy: null, anchoredAt: null, documentCount: null, uri: null };
  const shared = { subjectId, active: active === ZeroHash ? null : active };
  if (!isAnchored) return { ...shared, ...none, state: "unknown" };

  const record = await documentAnchor.getAnchor(bundleHash, subjectId, roleId);
  return {
    ...shared,
    state: record.superseded ? "superseded" : "active",
    supersededBy: record.superseded ? record.supersededBy : null,
    anchoredAt: record.anchoredAt,
    documentCount: record.documentCount,
    uri: record.metadataURI,
  };
}

/** Holds files against the chain, as ERC-8326 wants consumers to. */
export async function verifyBundle(suite: Suite, bundle: DocumentBundle): Promise<Verification> {
  const chain = await readAnchoredBundle(suite, bundle);
  const documents = bundle.documents.map((document) => ({
    ...document,
    state: judge(document.state, chain.state !== "unknown"),
  }));

  const isCounted = chain.documentCount === BigInt(bundle.entries.length);
  const allMatch = documents.every(({ state }) => state === "matches" || state === "withheld");
  return { bundleHash: bundle.bundleHash, chain, documents, holds: chain.state === "active" && isCounted && allMatch };
}

/** The hash of an anchored bundle proves every hash that went into it. */
function judge(state: DocumentState, isAnchored: boolean): VerifiedDocument["state"] {
  if (state === "differs" || state === "missing") return state;
  if (!isAnchored) return "unproved";
  return state === "hashed" ? "matches" : state;
}
