import type { Suite } from "../connect.ts";
import { inPages } from "../in-pages.ts";

/** Places per word. */
const WORD = 256;
/** Questions at a time. */
const AT_A_TIME = 20;

/** Which leaves of a list were paid, place by place. */
export async function readPaid({ incomeDesk }: Suite, distribution: bigint, count: number): Promise<boolean[]> {
  const words = Array.from({ length: Math.ceil(count / WORD) }, (_, word) => word);
  const bits = await inPages(words, AT_A_TIME, (word) => incomeDesk.listedPaidWord(distribution, word));
  return Array.from({ length: count }, (_, index) => {
    const word = bits[Math.floor(index / WORD)] ?? 0n;
    return ((word >> BigInt(index % WORD)) & 1n) === 1n;
  });
}
