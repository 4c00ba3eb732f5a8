import type { PlainBooks } from "../plain-books.ts";
import { legsOf, type Waiting } from "./plain-legs.ts";

/**
 * The part of `members` that can settle together: in rounds, whatever is overdrawn by all that are left nominates the last
 * ones that take from it until it no longer is, and all nominated leave at once.
 */
export function resolve(members: readonly Waiting[], books: PlainBooks): Waiting[] {
  let left = [...members];
  for (;;) {
    const nominated = nominate(left, books);
    if (nominated.size === 0) return left;
    left = left.filter((member) => !nominated.has(member));
  }
}

function nominate(members: readonly Waiting[], books: PlainBooks): Set<Waiting> {
  const nominated = new Set<Waiting>();
  const ends = endsOf(members, books);
  for (const member of members.toReversed()) {
    for (const { place, delta } of legsOf(member, books)) {
      const end = ends.get(place) ?? 0n;
      if (delta >= 0n || end >= 0n) continue;
      nominated.add(member);
      ends.set(place, end - delta);
    }
  }
  return nominated.size > 0 ? nominated : breaking(members, books);
}

/** Of each asset whose rules would be broken, the last member to blame. */
export function breaking(members: readonly Waiting[], { ledger }: PlainBooks): Set<Waiting> {
  const movements = ledger.breaking(members.map(({ movement }) => movement));
  return new Set(members.filter(({ movement }) => movements.has(movement)));
}

/** What is left everywhere once all `members` have settled. */
export function endsOf(members: readonly Waiting[], books: PlainBooks): Map<string, bigint> {
  const ends = new Map<string, bigint>();
  for (const member of members) {
    for (const { place, available, delta } of legsOf(member, books)) {
      ends.set(place, (ends.get(place) ?? available) + delta);
    }
  }
  return ends;
}

/** `members` in groups that have no position and no limit in common; a group stands where its first member does. */
export function componentsOf(members: readonly Waiting[], books: PlainBooks): Waiting[][] {
  const groups: { members: Waiting[]; places: Set<string> }[] = [];

  for (const member of members) {
    const places = legsOf(member, books).map(({ place }) => place);
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
