import { ZeroAddress } from "ethers";
import type { Suite } from "./connect.ts";

/** What one wallet has in an offering (`Entitlement` of contracts/offering/OfferingTypes.sol). */
export interface OfferingEntitlement {
  readonly buyer: string;
  readonly place: number;
  readonly shares: bigint;
  /** In escrow, in base units; of it, what was for shares that were reserved and not got. */
  readonly paid: bigint;
  readonly excess: bigint;
  readonly referrer: string | null;
}

/** What one page of places asks for. */
const READ_PAGE = 500n;

/** Everybody who has subscribed and not cancelled, in the order of subscriptions; also who has got everything by now. */
export async function readEntitlements(
  { offeringDesk }: Pick<Suite, "offeringDesk">,
  offering: bigint,
  blockTag: number | "latest" = "latest",
): Promise<OfferingEntitlement[]> {
  const count = await offeringDesk.buyerCount(offering, { blockTag });
  const found: OfferingEntitlement[] = [];
  for (let first = 0n; first < count; first += READ_PAGE) {
    const places = await offeringDesk.buyersPage(offering, first, READ_PAGE, { blockTag });
    const buyers = [...places].filter((buyer) => buyer !== ZeroAddress);
    const entitlements = await offeringDesk.entitlementsOf(offering, buyers, { blockTag });

    for (const [index, buyer] of places.entries()) {
      if (buyer === ZeroAddress) continue;
      const entitlement = entitlements[buyers.indexOf(buyer)];
      if (entitlement === undefined) throw new Error(`the desk does not say what ${buyer} is entitled to`);
      const { shares, paid, excess, referrer } = entitlement;
      const place = Number(first) + index;
      found.push({ buyer, place, shares, paid, excess, referrer: referrer === ZeroAddress ? null : referrer });
    }
  }
  return found;
}
