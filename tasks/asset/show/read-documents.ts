import { ZeroHash } from "ethers";
import type { Suite } from "../../../sdk/connect.ts";
import { roleName } from "../../../sdk/documents/bundle.ts";
import { readLogs } from "../../../sdk/read-logs.ts";
import { formatTime } from "../../../sdk/time.ts";
import type { ShowPlace } from "./place.ts";

/** What counts for each purpose that ever had documents, since when, and how many bundles counted before. */
export async function readDocuments({ documentAnchor }: Suite, anchorId: string, { provider, fromBlock }: ShowPlace) {
  const roles = await documentAnchor.rolesOf(anchorId);
  const { BundleSuperseded } = documentAnchor.filters;
  const superseded = await readLogs(
    (from, to) => documentAnchor.queryFilter(BundleSuperseded(undefined, undefined, anchorId), from, to),
    fromBlock,
    await provider.getBlockNumber(),
  );

  return Promise.all(
    roles.map(async (role) => {
      const bundle = await documentAnchor.activeBundle(anchorId, role);
      const record = await documentAnchor.getAnchor(bundle, anchorId, role);
      return {
        role: roleName(role),
        bundle,
        documents: record.documentCount,
        anchoredAt: formatTime(record.anchoredAt),
        uri: record.metadataURI === "" ? null : record.metadataURI,
        superseded: superseded.filter(({ args }) => args.role === role).length,
      };
    }),
  );
}

/** Which risk disclosures count now, and how many wallets have acknowledged them; null where the asset has none. */
export async function readDisclosures(
  { disclosures }: Suite,
  id: bigint,
  { provider, fromBlock }: ShowPlace,
): Promise<{ readonly bundle: string; readonly acknowledgedBy: number } | null> {
  const bundle = await disclosures.currentDisclosure(id);
  if (bundle === ZeroHash) return null;

  const { DisclosureAcknowledged } = disclosures.filters;
  const acknowledged = await readLogs(
    (from, to) => disclosures.queryFilter(DisclosureAcknowledged(id, undefined, bundle), from, to),
    fromBlock,
    await provider.getBlockNumber(),
  );
  return { bundle, acknowledgedBy: acknowledged.length };
}
