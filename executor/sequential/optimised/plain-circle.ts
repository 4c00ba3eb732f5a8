import { MAX_CIRCLE, MAX_TRIES } from "../../optimised/limits.ts";
import { byRank, endsOf, type Waiting } from "./plain-netting.ts";
import type { PlainSettlement } from "./plain-settlement.ts";

/**
 * `first` and what it needs: as long as something that the members take from is overdrawn, a waiting trade that pays into it
 * joins. Such trades are tried in canonical order, depth first, until a set can settle or too many were tried.
 */
export function findCircle(
  first: Waiting,
  waiting: readonly Waiting[],
  world: PlainSettlement,
  canSettle: (members: readonly Waiting[]) => boolean,
): Waiting[] | undefined {
  let tries = 0;

  function grow(members: readonly Waiting[]): Waiting[] | undefined {
    tries += 1;
    const place = firstShort(members, world);
    if (place === undefined) {
      const sorted = members.toSorted(byRank);
      return canSettle(sorted) ? sorted : undefined;
    }
    if (members.length === MAX_CIRCLE) return undefined;
    for (const other of waiting) {
      if (tries === MAX_TRIES) return undefined;
      if (members.some(({ rank }) => rank === other.rank) || !paysInto(other, place, world)) continue;
      const found = grow([...members, other]);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  return grow([first]);
}

/** The first place that is overdrawn, by members as they joined: shares before cash before orders. */
function firstShort(members: readonly Waiting[], world: PlainSettlement): string | undefined {
  const ends = endsOf(members, world);
  const taken = members.flatMap(({ trade }) => world.legsOf(trade).filter(({ delta }) => delta < 0n));
  return taken.find(({ place }) => (ends.get(place) ?? 0n) < 0n)?.place;
}

function paysInto({ trade }: Waiting, place: string, world: PlainSettlement): boolean {
  return world.legsOf(trade).some((leg) => leg.place === place && leg.delta > 0n);
}
