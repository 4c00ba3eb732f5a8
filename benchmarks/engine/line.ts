/** One line of `npm run bench:engine`: what was measured, and what it has to be. */
export interface Line {
  readonly measure: string;
  /** Worker threads; left out where there are none. */
  readonly workers?: number;
  readonly value: number;
  readonly unit: string;
  /** Least or greatest value that passes; a line without either only informs. */
  readonly atLeast?: number;
  readonly atMost?: number;
  /** What we would like; missing it fails nothing. */
  readonly aim?: number;
  /** Counts, rates and seeds behind the value. */
  readonly detail: string;
}

/** How much a benchmark does. */
export interface Extent {
  /** The stated sizes; otherwise small ones, which say only that the benchmark works. */
  readonly full: boolean;
  /** Alternating pairs per line. */
  readonly pairs: number;
  readonly seed: number;
}

/** A part of the benchmark. Throws if a result was wrong: no figure is told of wrong results. */
export type Measure = (extent: Extent) => Promise<Line[]>;

/** Whether `line` is what it has to be. */
export function passes({ value, atLeast, atMost }: Line): boolean {
  return (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost);
}
