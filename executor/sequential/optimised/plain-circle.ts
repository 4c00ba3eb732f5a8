import { MAX_CIRCLE, MAX_TRIES } from "../../optimised/limits.ts";
import type { PlainBooks } from "../plain-books.ts";
import { legsOf, type Waiting } from "./plain-legs.ts";
import { byRank, endsOf } from "./plain-netting.ts";

/**
 * `first` and what it needs: as long as something that the members take from is overdrawn, a waiting instruction that pays
 * into it joins. They are tried in canonical order, depth first, until a set can settle or too many were tried.
 */
export function findCircle(
  first: Waiting,
  waiting: readonly Waiting[],
  books: PlainBooks,
  canSettle: (members: readonly Waiting[]) => boolean,
): Waiting[] | undefined {
  let tries = 0;

  function grow(members: readonly Waiting[]): Waiting[] | undefined {
    tries += 1;
    const place = firstShort(members, books);
    if (place === undefined) {
      const sorted = members.toSorted(byRank);
      return canSettle(sorted) ? sorted : undefined;
    }
    if (members.length === MAX_CIRCLE) return undefined;
    for (const other of waiting) {
      if (tries === MAX_TRIES) return undefined;
      if (members.some(({ rank }) => rank === other.rank) || !paysInto(other, place, books)) continue;
      const found = grow([...members, other]);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  return grow([first]);
}

/** The first place that is overdrawn, by members as they joined: shares before cash before orders. */
function firstShort(members: readonly Waiting[], books: PlainBooks): string | undefined {
  const ends = endsOf(members, books);
  const taken = members.flatMap((member) => legsOf(member, books).filter(({ delta }) => delta < 0n));
  return taken.find(({ place }) => (ends.get(place) ?? 0n) < 0n)?.place;
}

function paysInto(member: Waiting, place: string, books: PlainBooks): boolean {
  return legsOf(member, books).some((leg) => leg.place === place && leg.delta > 0n);
}
