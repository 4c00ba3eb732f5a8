/** One act on the way to a power: announced to the AccessManager, unless it needs no notice, and then done. */
export interface PathStep {
  /** Whose key does it. */
  readonly by: string;
  readonly title: string;
  readonly target: string;
  readonly data: string;
  /** Unix time; the same as `doneAt` if it needs no notice. */
  readonly announcedAt: bigint;
  readonly doneAt: bigint;
}

/** How far somebody has come at a time, and by which steps. */
export interface Moment {
  readonly time: bigint;
  readonly steps: readonly PathStep[];
}

export const NEVER = 2n ** 64n;

/** The steps of both ways, each once, in the order of time. */
export function join(one: readonly PathStep[], other: readonly PathStep[]): PathStep[] {
  return [...new Set([...one, ...other])].toSorted((first, second) => Number(first.doneAt - second.doneAt));
}

/** The earlier of two ways; of equally long ones that with fewer steps. */
export function earlier(one: Moment | undefined, other: Moment | undefined): Moment | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  if (one.time !== other.time) return one.time < other.time ? one : other;
  return one.steps.length <= other.steps.length ? one : other;
}
