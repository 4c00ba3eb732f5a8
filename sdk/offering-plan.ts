import { ZeroAddress } from "ethers";
import type { AssetTerms } from "./asset-file.ts";

/** An offering as it is meant, in the units of the chain; who is paid, and in which currency, is said when it is opened. */
export interface OfferingPlan {
  readonly asset: bigint;
  readonly decimals: number;
  readonly isReservation: boolean;
  readonly tiers: readonly { readonly upTo: bigint; readonly price: bigint }[];
  readonly classCaps: readonly { readonly classes: number; readonly most: bigint }[];
  readonly softCap: bigint;
  readonly hardCap: bigint;
  readonly minTicket: bigint;
  readonly maxPerInvestor: bigint;
  /** Nothing to open with the transaction. */
  readonly opensAt: bigint | undefined;
  readonly closesAt: bigint;
  readonly cancelUntil: bigint;
  readonly feeBps: bigint;
  readonly commissionBps: bigint;
  readonly referrers: readonly string[];
  readonly retained: bigint;
  readonly retainedBy: string | undefined;
  readonly lockUp: { readonly from: bigint; readonly cliff: bigint; readonly until: bigint } | undefined;
}

export interface OfferingPayees {
  readonly currency: string;
  readonly treasury: string;
  readonly feeRecipient: string;
}

/** The one-price offering that an asset's file describes, open from `now` on. */
export function planOfAsset(asset: bigint, { offering }: Pick<AssetTerms, "offering">, now: bigint): OfferingPlan {
  const { price, softCap, hardCap, decimals, commissionBps, openSeconds } = offering;
  return {
    asset,
    decimals,
    isReservation: false,
    tiers: [{ upTo: hardCap, price }],
    classCaps: [],
    softCap,
    hardCap,
    // A ticket of money is at least that much money: shares are rounded up.
    minTicket: (offering.minTicket + price - 1n) / price,
    maxPerInvestor: 0n,
    opensAt: now,
    closesAt: now + openSeconds,
    cancelUntil: 0n,
    feeBps: commissionBps,
    commissionBps: 0n,
    referrers: [],
    retained: 0n,
    retainedBy: undefined,
    lockUp: undefined,
  };
}

/** `OfferingTerms` of contracts/offering/OfferingTypes.sol. */
export function termsOfPlan(plan: OfferingPlan, { currency, treasury, feeRecipient }: OfferingPayees, now: bigint) {
  return {
    id: plan.asset,
    currency,
    kind: plan.isReservation ? 1n : 0n,
    softCap: plan.softCap,
    hardCap: plan.hardCap,
    minTicket: plan.minTicket,
    maxPerInvestor: plan.maxPerInvestor,
    opensAt: plan.opensAt ?? now,
    closesAt: plan.closesAt,
    cancelUntil: plan.cancelUntil,
    feeBps: plan.feeBps,
    commissionBps: plan.commissionBps,
    feeRecipient,
    treasury,
    retained: plan.retained,
    retainedBy: plan.retainedBy ?? ZeroAddress,
    lockUp: plan.lockUp ?? { from: 0n, cliff: 0n, until: 0n },
  };
}
