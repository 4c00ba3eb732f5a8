import type { Suite } from "../connect.ts";
import { formatTime } from "../time.ts";
import {
  COMPLIANCE_AUTHORITIES,
  COMPLIANCE_EVENTS,
  COMPLIANCE_OUTCOMES,
  PARTY_ROLES,
  wordName,
} from "./compliance-words.ts";

/** Index 0 can never be a correction. */
const NO_CORRECTED_BY = 0n;

/** The last `most` entries about a subject, the latest first, in words; and how many there are in all. */
export async function readComplianceLog(
  { complianceLog }: Pick<Suite, "complianceLog">,
  subject: string,
  most: number,
) {
  const count = await complianceLog.eventCount(subject);
  const first = count > BigInt(most) ? count - BigInt(most) : 0n;
  const places = Array.from({ length: Number(count - first) }, (_, place) => count - 1n - BigInt(place));

  const entries = await Promise.all(
    places.map(async (index) => {
      // ethers has a `getEvent` of its own.
      const entry = await complianceLog.getFunction("getEvent")(subject, index);
      return {
        index,
        event: wordName(COMPLIANCE_EVENTS, entry.eventType),
        outcome: wordName(COMPLIANCE_OUTCOMES, entry.outcome),
        authority: wordName(COMPLIANCE_AUTHORITIES, entry.authority),
        actor: entry.actor,
        parties: entry.parties.map(({ addr, role }) => ({ address: addr, role: wordName(PARTY_ROLES, role) })),
        evidenceHash: entry.evidenceHash,
        evidenceUri: entry.evidenceURI === "" ? null : entry.evidenceURI,
        operation: entry.operationRef,
        occurredAt: formatTime(entry.occurredAt),
        recordedAt: formatTime(entry.recordedAt),
        correctedBy: entry.correctedByIndex === NO_CORRECTED_BY ? null : entry.correctedByIndex,
      };
    }),
  );
  return { count, entries };
}

export type ComplianceRecord = Awaited<ReturnType<typeof readComplianceLog>>["entries"][number];
