import type { Suite } from "../../sdk/connect.ts";

/** `OfferingPhase` of contracts/offering/OfferingTypes.sol. */
export const OPEN = 1n;
export const SUCCEEDED = 2n;

/** `SaleKind` of the same file. */
export const FIRST_COME = 0n;

/** The last offering of an asset, if there was one. */
export async function findNewestOffering({ offeringDesk }: Suite, asset: bigint) {
  for (let offering = await offeringDesk.offeringCount(); offering > 0n; offering -= 1n) {
    const found = await offeringDesk.offeringOf(offering);
    if (found.terms.id === asset) return { offering, phase: found.phase, terms: found.terms };
  }
  return undefined;
}
