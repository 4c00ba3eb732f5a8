import type { NetworkConnection } from "hardhat/types/network";
import type { Desks } from "./desks.ts";

/** What the helpers give every buyer: a million dollars. */
export const BUYER_MONEY = 1_000_000_000_000n;

/** `OfferingTerms`, in the order of its fields. */
export interface Terms {
  readonly id: bigint;
  readonly currency: string;
  readonly price: bigint;
  readonly softCap: bigint;
  readonly hardCap: bigint;
  readonly minTicket: bigint;
  readonly maxPerInvestor: bigint;
  readonly opensAt: bigint;
  readonly closesAt: bigint;
  readonly feeBps: bigint;
  readonly feeRecipient: string;
  readonly treasury: string;
}

/** One dollar a share, soft cap 400, hard cap 1,000, tickets from 10, 5 % fee, open for 1,000 seconds from now. */
export async function termsOf(
  { networkHelpers }: NetworkConnection,
  desks: Desks,
  id: bigint,
  changes: Partial<Terms> = {},
): Promise<Terms> {
  const time = BigInt(await networkHelpers.time.latest());
  return {
    id,
    currency: await desks.dollar.getAddress(),
    price: 1_000_000n,
    softCap: 400n,
    hardCap: 1_000n,
    minTicket: 10n,
    maxPerInvestor: 0n,
    opensAt: time,
    closesAt: time + 1_000n,
    feeBps: 500n,
    feeRecipient: desks.feeRecipient.address,
    treasury: desks.treasury.address,
    ...changes,
  };
}

/** Opens an offering with these terms. */
export async function openOffering(
  connection: NetworkConnection,
  desks: Desks,
  id: bigint,
  changes: Partial<Terms> = {},
): Promise<Terms> {
  const terms = await termsOf(connection, desks, id, changes);
  await desks.offering.open(terms);
  return terms;
}
