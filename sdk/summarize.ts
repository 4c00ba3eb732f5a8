/** What an operator compares with his own figures before anything is sent. */
export interface Summary {
  readonly count: number;
  readonly sum: bigint;
  readonly min: bigint;
  readonly max: bigint;
}

/** Count, sum, smallest and largest; all zero of nothing. */
export function summarize(amounts: Iterable<bigint>): Summary {
  let count = 0;
  let sum = 0n;
  let min: bigint | undefined;
  let max = 0n;
  for (const amount of amounts) {
    count += 1;
    sum += amount;
    if (min === undefined || amount < min) min = amount;
    if (amount > max) max = amount;
  }
  return { count, sum, min: min ?? 0n, max };
}
