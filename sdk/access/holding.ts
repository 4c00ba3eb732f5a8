import type { PathStep } from "./path.ts";

/** A role as somebody has it for some time, with one delay. */
export interface Holding {
  readonly from: bigint;
  readonly until: bigint;
  readonly delay: bigint;
  /** The account that has it. */
  readonly by: string;
  /** How he came by it. */
  readonly steps: readonly PathStep[];
}

/** The roles somebody has or may come by. What is never better than what is known already is not kept. */
export class Holdings {
  readonly #holdings = new Map<bigint, Holding[]>();

  of(role: bigint): readonly Holding[] {
    return this.#holdings.get(role) ?? [];
  }

  /** Whether this was worth knowing. */
  add(role: bigint, holding: Holding): boolean {
    const known = this.of(role);
    if (known.some((each) => isAsGood(each, holding))) return false;

    this.#holdings.set(role, [...known.filter((each) => !isAsGood(holding, each)), holding]);
    return true;
  }
}

function isAsGood(one: Holding, other: Holding): boolean {
  return one.from <= other.from && one.until >= other.until && one.delay <= other.delay;
}
