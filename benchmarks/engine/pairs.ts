/** Two things that were measured in turns, in milliseconds. */
export interface Pairs {
  readonly ours: number;
  readonly theirs: number;
  /** Median of `theirs ÷ ours` over the pairs: above 1 we are faster. */
  readonly ratio: number;
}

/**
 * Measures two things in alternating turns, each first in every other pair, so that what else the machine does hits both.
 * Each function does its work once and returns how long the part that counts took, in milliseconds.
 */
export async function measurePairs(
  pairs: number,
  ours: () => number | Promise<number>,
  theirs: () => number | Promise<number>,
): Promise<Pairs> {
  const turns: { ours: number; theirs: number }[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const first = pair % 2 === 0 ? await ours() : await theirs();
    const second = pair % 2 === 0 ? await theirs() : await ours();
    turns.push(pair % 2 === 0 ? { ours: first, theirs: second } : { ours: second, theirs: first });
  }

  return {
    ours: median(turns.map((turn) => turn.ours)),
    theirs: median(turns.map((turn) => turn.theirs)),
    ratio: median(turns.map((turn) => turn.theirs / turn.ours)),
  };
}

/** The middle value; of an even number the lower of the two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}
