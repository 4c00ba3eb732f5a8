import { requireInput } from "../errors.ts";

/** Most instructions of an exact search; each may double its work. */
export const MAX_EXACT = 30;

/** Choices after which a search gives up; a minute or so. */
const MAX_CHOICES = 100_000_000;

/** Something that settles as a whole or not at all. */
export interface SearchUnit {
  readonly id: string;
  /** The higher goes first. */
  readonly priority: number;
  /** What it adds to each place; nothing that something is taken from may be below zero once all that settles has settled. */
  readonly legs: readonly { readonly place: string; readonly delta: bigint }[];
}

/** What to search. */
export interface SearchProblem {
  readonly units: readonly SearchUnit[];
  /** What each place opens with, which may be below zero; nothing if it is not named. */
  readonly available: ReadonlyMap<string, bigint>;
  /** A condition on everything that settles together, for what is no sum; it is asked last. */
  readonly isAllowed?: (ids: ReadonlySet<string>) => boolean;
}

/** The best that any settlement could do. */
export interface BestSettlement {
  /** Ids of what settles: by priority from the highest, within a priority ascending. */
  readonly ids: readonly string[];
  /** Choices that were looked at. */
  readonly choices: number;
}

/**
 * The set that settles the most instructions of the highest priority, then of the next, and so on; of several such sets the
 * one with the smallest ids. Branch and bound over all subsets: it judges the quality of a faster way, on small cases.
 */
export function searchExactly(problem: SearchProblem): BestSettlement {
  requireInput(problem.units.length <= MAX_EXACT, `${problem.units.length} are more than ${MAX_EXACT} to search`);
  const units = problem.units.toSorted((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1));
  const ends = new Map(problem.available);
  /** What those that are not decided yet would bring in at most. */
  const hoped = new Map<string, bigint>();
  /** How many of the chosen take from a place. */
  const takers = new Map<string, number>();
  const chosen: SearchUnit[] = [];
  let best: readonly SearchUnit[] | undefined;
  let choices = 0;

  const add = (amounts: Map<string, bigint>, place: string, delta: bigint) =>
    amounts.set(place, (amounts.get(place) ?? 0n) + delta);
  const credits = ({ legs }: SearchUnit) => legs.filter(({ delta }) => delta > 0n);
  const hasHope = ({ legs }: SearchUnit) =>
    legs.every(({ place }) => !takers.get(place) || (ends.get(place) ?? 0n) + (hoped.get(place) ?? 0n) >= 0n);
  const take = ({ legs }: SearchUnit, count: number) => {
    for (const { place, delta } of legs) if (delta < 0n) takers.set(place, (takers.get(place) ?? 0) + count);
  };

  function choose(next: number): void {
    choices += 1;
    requireInput(choices <= MAX_CHOICES, `the search gave up after ${MAX_CHOICES} choices`);
    if (best !== undefined && !isBetter([...chosen, ...units.slice(next)], best)) return;

    const unit = units[next];
    if (unit === undefined) {
      if (problem.isAllowed?.(new Set(chosen.map(({ id }) => id))) !== false) best = [...chosen];
      return;
    }
    for (const { place, delta } of credits(unit)) add(hoped, place, -delta);

    chosen.push(unit);
    take(unit, 1);
    for (const { place, delta } of unit.legs) add(ends, place, delta);
    if (hasHope(unit)) choose(next + 1);
    for (const { place, delta } of unit.legs) add(ends, place, -delta);
    take(unit, -1);
    chosen.pop();

    if (hasHope(unit)) choose(next + 1);
    for (const { place, delta } of credits(unit)) add(hoped, place, delta);
  }

  for (const unit of units) for (const { place, delta } of credits(unit)) add(hoped, place, delta);
  choose(0);

  return { ids: (best ?? []).map(({ id }) => id), choices };
}

/** Whether `one` has more of the highest priority in which the two differ. */
export function isBetter(
  one: readonly { readonly priority: number }[],
  other: readonly { readonly priority: number }[],
): boolean {
  const priorities = [...new Set([...one, ...other].map(({ priority }) => priority))].sort((a, b) => b - a);
  for (const priority of priorities) {
    const count = (units: typeof one) => units.filter((unit) => unit.priority === priority).length;
    if (count(one) !== count(other)) return count(one) > count(other);
  }
  return false;
}
