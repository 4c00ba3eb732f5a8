import type { Suite } from "../../sdk/connect.ts";
import { divideReservation } from "../../sdk/divide-reservation.ts";
import { type OfferingEntitlement, readEntitlements } from "../../sdk/offering-entitlements.ts";
import { chunk } from "../lib/chunk.ts";
import { PRORATING } from "../lib/offerings.ts";
import type { Step } from "../lib/sender.ts";

/** A buyer and what he is to be issued. */
export interface Allotment {
  readonly buyer: string;
  readonly place: number;
  readonly shares: bigint;
  /** Of what he has paid, the part that becomes proceeds. */
  readonly cost: bigint;
}

export interface AllotmentPlan {
  readonly steps: readonly Step[];
  readonly allotments: readonly Allotment[];
}

export interface AllotmentOptions {
  /** Buyers per transaction of an allotment. */
  readonly batchSize: number;
  /** Whether the plan begins with a close, so that nothing of this can be simulated. */
  readonly needsEarlier: boolean;
}

/** Dividing only reads: a transaction takes many more places than an allotment does. */
const PLACES_PER_DIVISION = 1_000;

/**
 * What is to be done for an offering that succeeds (or is about to): divide a reservation that took more than there is, issue what
 * everybody is entitled to, page by page, and what is retained.
 */
export async function planAllotment(
  suite: Pick<Suite, "offeringDesk">,
  offering: bigint,
  { batchSize, needsEarlier }: AllotmentOptions,
): Promise<AllotmentPlan> {
  const { offeringDesk } = suite;
  const { terms, phase, sold, retainedIssued } = await offeringDesk.offeringOf(offering);
  const entitlements = await readEntitlements(suite, offering);
  const isDivided = phase === PRORATING || (needsEarlier && sold > terms.hardCap);
  const divided = isDivided ? await divide(suite, offering, terms.hardCap, entitlements) : undefined;
  const allotments = (divided?.allotments ?? entitlements.map(asEntitled)).filter(({ shares }) => shares > 0n);

  const dividing = divided === undefined ? [] : divided.steps(needsEarlier);
  const waits = needsEarlier || dividing.length > 0;
  const issuing = chunk(allotments, batchSize).map((page) => allot(suite, offering, page, waits));
  const retained: Step = {
    title: `issue ${terms.retained} retained shares to ${terms.retainedBy}`,
    transaction: () => offeringDesk.issueRetained.populateTransaction(offering),
    needsEarlier: waits,
  };
  return {
    steps: [...dividing, ...issuing, ...(terms.retained > 0n && !retainedIssued ? [retained] : [])],
    allotments,
  };
}

function asEntitled({ buyer, place, shares, paid, excess }: OfferingEntitlement): Allotment {
  return { buyer, place, shares, cost: paid - excess };
}

/** Threshold and cutoff of the whole list, and the desk's way through it in pages. */
async function divide(
  { offeringDesk }: Pick<Suite, "offeringDesk">,
  offering: bigint,
  hardCap: bigint,
  entitlements: readonly OfferingEntitlement[],
) {
  const places = Number(await offeringDesk.buyerCount(offering));
  const [tier] = await offeringDesk.tiersOf(offering);
  if (tier === undefined) throw new Error(`offering ${offering} has no price`);
  const reservations = Array.from({ length: places }, () => 0n);
  for (const { place, shares } of entitlements) reservations[place] = shares;
  const { threshold, cutoff, parts } = divideReservation(reservations, hardCap);

  const pages = Math.ceil(places / PLACES_PER_DIVISION);
  const steps = (needsEarlier: boolean): Step[] =>
    Array.from({ length: pages }, (_page, number) => ({
      title: `divide ${hardCap} shares among ${places} places${pages === 1 ? "" : `, page ${number + 1} of ${pages}`}`,
      transaction: () => offeringDesk.prorate.populateTransaction(offering, threshold, cutoff, PLACES_PER_DIVISION),
      needsEarlier: needsEarlier || number > 0,
    }));
  const allotments = entitlements.map(({ buyer, place }): Allotment => {
    const shares = parts[place] ?? 0n;
    return { buyer, place, shares, cost: shares * tier.price };
  });
  return { steps, allotments };
}

function allot(
  { offeringDesk }: Pick<Suite, "offeringDesk">,
  offering: bigint,
  page: readonly Allotment[],
  needsEarlier: boolean,
): Step {
  const buyers = page.map(({ buyer }) => buyer);
  return {
    title: `allot shares to ${page.length} buyers`,
    transaction: () => offeringDesk.allot.populateTransaction(offering, buyers),
    needsEarlier,
    rows: page.map(({ buyer, place, cost }) => ({ row: `buyer ${place + 1}`, account: buyer, amount: cost })),
  };
}
