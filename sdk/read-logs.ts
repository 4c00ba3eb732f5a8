const FIRST_SPAN = 10_000;

/**
 * Reads events from a block on, in spans of blocks. Every provider has another limit and another error for it, so a span that
 * fails is halved until one block alone fails.
 */
export async function readLogs<T>(
  query: (fromBlock: number, toBlock: number) => Promise<readonly T[]>,
  fromBlock: number,
  toBlock: number,
): Promise<T[]> {
  const found: T[] = [];
  let span = FIRST_SPAN;
  let next = fromBlock;

  while (next <= toBlock) {
    const last = Math.min(next + span - 1, toBlock);
    try {
      found.push(...(await query(next, last)));
      next = last + 1;
    } catch (error) {
      if (span === 1) throw error;
      span = Math.ceil(span / 2);
    }
  }
  return found;
}
