import type { NetworkConnection } from "hardhat/types/network";
import type { Desks } from "./desks.ts";

/** What the helpers give every buyer: a million dollars. */
export const BUYER_MONEY = 1_000_000_000_000n;

export const KIND_OF_SALE = { firstCome: 0n, reservation: 1n } as const;

export interface Tier {
  readonly upTo: bigint;
  readonly price: bigint;
}

export interface ClassCap {
  readonly classes: bigint;
  readonly most: bigint;
}

export interface LockUp {
  readonly from: bigint;
  readonly cliff: bigint;
  readonly until: bigint;
}

/** `OfferingTerms`, in the order of its fields. */
export interface Terms {
  readonly id: bigint;
  readonly currency: string;
  readonly kind: bigint;
  readonly softCap: bigint;
  readonly hardCap: bigint;
  readonly minTicket: bigint;
  readonly maxPerInvestor: bigint;
  readonly opensAt: bigint;
  readonly closesAt: bigint;
  readonly cancelUntil: bigint;
  readonly feeBps: bigint;
  readonly commissionBps: bigint;
  readonly feeRecipient: string;
  readonly treasury: string;
  readonly retained: bigint;
  readonly retainedBy: string;
  readonly lockUp: LockUp;
}

/** What `open` takes. */
export type Offer = readonly [Terms, readonly Tier[], readonly ClassCap[]];

/** What a test wants otherwise: of the terms, or a price for one tier up to the hard cap, or tiers, or class caps. */
export interface Changes extends Partial<Terms> {
  readonly price?: bigint;
  readonly tiers?: readonly Tier[];
  readonly classCaps?: readonly ClassCap[];
}

const NO_LOCK_UP: LockUp = { from: 0n, cliff: 0n, until: 0n };
const NOBODY = "0x0000000000000000000000000000000000000000";

/** One dollar a share, soft cap 400, hard cap 1,000, tickets from 10, 5 % fee, open for 1,000 seconds from now. */
export async function offerOf(
  { networkHelpers }: Pick<NetworkConnection, "networkHelpers">,
  desks: Pick<Desks, "dollar" | "feeRecipient" | "treasury">,
  id: bigint,
  { price = 1_000_000n, tiers, classCaps = [], ...changes }: Changes = {},
): Promise<Offer> {
  const time = BigInt(await networkHelpers.time.latest());
  const terms = {
    id,
    currency: await desks.dollar.getAddress(),
    kind: KIND_OF_SALE.firstCome,
    softCap: 400n,
    hardCap: 1_000n,
    minTicket: 10n,
    maxPerInvestor: 0n,
    opensAt: time,
    closesAt: time + 1_000n,
    cancelUntil: 0n,
    feeBps: 500n,
    commissionBps: 0n,
    feeRecipient: desks.feeRecipient.address,
    treasury: desks.treasury.address,
    retained: 0n,
    retainedBy: NOBODY,
    lockUp: NO_LOCK_UP,
    ...changes,
  };
  return [terms, tiers ?? [{ upTo: terms.hardCap, price }], classCaps];
}

/** Opens an offering with these terms, in a currency that compliance allows for it. */
export async function openOffering(
  connection: Pick<NetworkConnection, "networkHelpers">,
  desks: Pick<Desks, "offering" | "dollar" | "feeRecipient" | "treasury">,
  id: bigint,
  changes: Changes = {},
): Promise<Terms> {
  const [terms, tiers, classCaps] = await offerOf(connection, desks, id, changes);
  if (!(await desks.offering.isCurrencyAllowed(terms.currency)))
    await desks.offering.allowCurrency(terms.currency, true);
  await desks.offering.open(terms, [...tiers], [...classCaps]);
  return terms;
}
