import { type AssetTerms, anchorIdOf } from "../../../sdk/asset-file.ts";
import { parseClasses } from "../../../sdk/investor-class.ts";
import { MONEY_DECIMALS, type Painting } from "../../../sdk/painting-file.ts";
import { OWNERS_CLASS } from "./painting-owners.ts";

const DAY = 86_400n;

/**
 * A painting as an asset: as many shares as it has units, offered at the recorded price to those who shared in it. The anchor is
 * attested `now`, because the register knows no time before 1970.
 */
export function termsOfPainting(painting: Painting, now: bigint): AssetTerms {
  const { title, units, unitPrice, bought, owners, record, legalHash, evidenceHash, checklistHash, source } = painting;
  return {
    schema: "moiety.asset/1",
    id: undefined,
    name: title,
    class: "painting",
    issuer: owners[0].name,
    jurisdiction: "US-NY",
    shares: units,
    uri: `urn:getty:provenance:${record}`,
    attestedOn: now,
    attestationExpires: now + 3650n * DAY,
    legalHash,
    evidenceHash,
    checklistHash,
    anchorId: anchorIdOf(legalHash, evidenceHash),
    countries: [...new Set(owners.map(({ country }) => country))],
    classes: parseClasses(OWNERS_CLASS),
    holderLimit: undefined,
    offering: {
      currency: bought.currency,
      decimals: MONEY_DECIMALS,
      price: unitPrice,
      minTicket: unitPrice,
      softCap: units,
      hardCap: units,
      commissionBps: 0n,
      openSeconds: 30n * DAY,
    },
    source,
  };
}
