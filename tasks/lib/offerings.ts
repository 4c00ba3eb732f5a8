import type { AddressBook } from "../../sdk/addresses.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";

/** `OfferingPhase` of contracts/offering/OfferingTypes.sol. */
export const OPEN = 1n;
export const SUCCEEDED = 2n;
export const FAILED = 3n;
export const PRORATING = 4n;

/** `SaleKind` of the same file. */
export const FIRST_COME = 0n;
export const RESERVATION = 1n;

/** The last offering of an asset, if there was one. */
export async function findNewestOffering({ offeringDesk }: Suite, asset: bigint) {
  for (let offering = await offeringDesk.offeringCount(); offering > 0n; offering -= 1n) {
    const found = await offeringDesk.offeringOf(offering);
    if (found.terms.id === asset) return { offering, phase: found.phase, terms: found.terms };
  }
  return undefined;
}

/** The offering of this number; refuses a number that none has. */
export async function requireOffering({ offeringDesk }: Pick<Suite, "offeringDesk">, offering: bigint) {
  if (offering < 1n || offering > (await offeringDesk.offeringCount()))
    throw badInput(`there is no offering ${offering}`, { todo: "look with `offering status`" });
  return offeringDesk.offeringOf(offering);
}

/** Where the desk's events begin. */
export function deskBlock({ contracts, deployedAtBlock }: AddressBook): number {
  return contracts["OfferingDesk"]?.deployedAtBlock ?? deployedAtBlock;
}
