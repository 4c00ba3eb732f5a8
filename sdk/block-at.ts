import type { Provider } from "ethers";

/** The last block of an instant or before it, by halving; `undefined` if the chain is younger. */
export async function findBlockAt(provider: Provider, instant: bigint, newest: number): Promise<number | undefined> {
  const isUntil = async (block: number) => BigInt((await provider.getBlock(block))?.timestamp ?? 0) <= instant;
  let low = 0;
  let high = newest;

  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (await isUntil(middle)) low = middle;
    else high = middle - 1;
  }
  return (await isUntil(low)) ? low : undefined;
}
