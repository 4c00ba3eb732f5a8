import type { PlainInstruction, PlainTrade } from "../plain-trade.ts";
import type { PlainSettlement } from "./plain-settlement.ts";

/** A trade that waits for shares or cash and for nothing else. */
export interface Waiting {
  /** Place in canonical order: the lower goes first. */
  readonly rank: number;
  readonly instruction: PlainInstruction;
  readonly trade: PlainTrade;
}

/**
 * The part of `members` that can settle together: in rounds, whatever is overdrawn by all that are left nominates the last
 * ones that take from it until it no longer is, and all nominated leave at once.
 */
export function resolve(members: readonly Waiting[], world: PlainSettlement): Waiting[] {
  let left = [...members];
  for (;;) {
    const nominated = nominate(left, world);
    if (nominated.size === 0) return left;
    left = left.filter((member) => !nominated.has(member));
  }
}

function nominate(members: readonly Waiting[], world: PlainSettlement): Set<Waiting> {
  const nominated = new Set<Waiting>();
  const ends = endsOf(members, world);
  for (const member of members.toReversed()) {
    for (const { place, delta } of world.legsOf(member.trade)) {
      const end = ends.get(place) ?? 0n;
      if (delta >= 0n || end >= 0n) continue;
      nominated.add(member);
      ends.set(place, end - delta);
    }
  }
  return nominated.size > 0 ? nominated : crowding(members, world);
}

/** Of each asset that would have too many holders, the last trade that brings in a new one. */
function crowding(members: readonly Waiting[], world: PlainSettlement): Set<Waiting> {
  const trades = new Set(world.ledger.crowding(members.map(({ trade }) => trade)));
  const last = new Map(members.filter(({ trade }) => trades.has(trade)).map((member) => [member.trade.asset, member]));
  return new Set(last.values());
}

/** What is left everywhere once all `members` have settled. */
export function endsOf(members: readonly Waiting[], world: PlainSettlement): Map<string, bigint> {
  const ends = new Map<string, bigint>();
  for (const { trade } of members) {
    for (const { place, available, delta } of world.legsOf(trade)) {
      ends.set(place, (ends.get(place) ?? available) + delta);
    }
  }
  return ends;
}

/** `members` in groups that have no position and no order in common; a group stands where its first member does. */
export function componentsOf(members: readonly Waiting[], world: PlainSettlement): Waiting[][] {
  const groups: { members: Waiting[]; places: Set<string> }[] = [];

  for (const member of members) {
    const places = world.legsOf(member.trade).map(({ place }) => place);
    const joined = groups.filter((group) => places.some((place) => group.places.has(place)));
    const first = joined[0] ?? { members: [], places: new Set<string>() };
    if (joined.length === 0) groups.push(first);
    for (const other of joined.slice(1)) {
      first.members.push(...other.members);
      for (const place of other.places) first.places.add(place);
      groups.splice(groups.indexOf(other), 1);
    }
    first.members.push(member);
    for (const place of places) first.places.add(place);
  }

  return groups.map((group) => group.members.sort(byRank)).sort(([one], [other]) => byRank(one, other));
}

export function byRank(one: Waiting | undefined, other: Waiting | undefined): number {
  return (one?.rank ?? 0) - (other?.rank ?? 0);
}
