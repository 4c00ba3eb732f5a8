import type { Answer, Step } from "./relay.ts";
import { INTERFACES, type Stage } from "./stage.ts";
import type { World } from "./worlds/draw-world.ts";

const GAS = 600_000;

/** Steps with the agent's decisions about holds among them, and where those stand. */
export interface WithHolds {
  readonly steps: readonly Step[];
  /** By hold the place of its decision. */
  readonly places: readonly number[];
  /** What of the answers is about the steps that came in. */
  readonly own: (answers: readonly Answer[]) => Answer[];
}

/** Decides every hold in its time: before all `steps`, between two of them, or after all. */
export function withHolds({ desk }: Stage, { holds }: World, steps: readonly Step[], isSplit = false): WithHolds {
  const decided = holds.map(({ hold, executed, at }, number) => {
    const data =
      executed > 0n
        ? INTERFACES.desk.encodeFunctionData("executeHold", [hold, executed])
        : INTERFACES.desk.encodeFunctionData("releaseHold", [hold]);
    const before = at === 1 ? steps.length : isSplit ? Math.floor(at * steps.length) : 0;
    return { number, before, step: { target: desk, data, gas: GAS } };
  });

  const all: Step[] = [];
  const places: number[] = [];
  const ownPlaces: number[] = [];
  for (let place = 0; place <= steps.length; place++) {
    for (const { number, before, step } of decided) {
      if (before !== place) continue;
      places[number] = all.length;
      all.push(step);
    }
    const own = steps[place];
    if (own === undefined) continue;
    ownPlaces.push(all.length);
    all.push(own);
  }
  return { steps: all, places, own: (answers) => ownPlaces.flatMap((place) => answers[place] ?? []) };
}

/** Lets go what owners have locked for chunks, so that their trades may settle by themselves. */
export function unlockAll({ addresses }: Stage, { locks }: World): Step[] {
  return locks.map(({ owner, asset, quantity }) => ({
    target: addresses["ShareToken"] ?? "",
    data: INTERFACES.shares.encodeFunctionData("unlock", [owner, asset, quantity]),
    gas: GAS,
  }));
}

/** What holds came to: whether each was decided as its agent wanted. */
export function heldOutcomes({ places }: WithHolds, answers: readonly Answer[]): boolean[] {
  return places.map((place) => answers[place]?.succeeded ?? false);
}
