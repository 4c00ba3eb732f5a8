import type { Provider } from "ethers";
import { ZeroAddress } from "ethers";
import type { Suite } from "./connect.ts";
import { inPages } from "./in-pages.ts";
import { readLogs } from "./read-logs.ts";

/** Every address that ever received shares of an asset, in the order of the first receipt: whoever holds or held it is among them. */
export async function listReceivers(
  { shareToken }: Suite,
  provider: Provider,
  asset: bigint,
  fromBlock: number,
): Promise<string[]> {
  const toBlock = await provider.getBlockNumber();
  const [singles, batches] = await Promise.all([
    readLogs((from, to) => shareToken.queryFilter(shareToken.filters.TransferSingle(), from, to), fromBlock, toBlock),
    readLogs((from, to) => shareToken.queryFilter(shareToken.filters.TransferBatch(), from, to), fromBlock, toBlock),
  ]);

  const receipts = [
    ...singles.filter(({ args }) => args.id === asset),
    ...batches.filter(({ args }) => args.ids.includes(asset)),
  ].toSorted((one, other) => one.blockNumber - other.blockNumber || one.index - other.index);
  return [...new Set(receipts.map(({ args }) => args.to))].filter((address) => address !== ZeroAddress);
}

/** A wallet with shares of an asset. */
export interface Holding {
  readonly wallet: string;
  readonly shares: bigint;
}

/** Accounts per question: little enough for nodes that bound what a question may cost. */
const PAGE = 500n;

/** Every wallet that holds shares of an asset, ascending, as the token itself lists them in one block. */
export async function listHolders({ shareToken }: Suite, asset: bigint, block: number): Promise<Holding[]> {
  const blockTag = { blockTag: block };
  const count = await shareToken.everHeldCount(asset, blockTag);
  const firsts = Array.from({ length: Number((count + PAGE - 1n) / PAGE) }, (_, page) => BigInt(page) * PAGE);
  const pages = await inPages(firsts, 4, (first) => shareToken.holdersPage(asset, first, PAGE, blockTag));

  return pages
    .flatMap(({ accounts, balances }) => accounts.map((wallet, place) => ({ wallet, shares: balances[place] ?? 0n })))
    .filter(({ shares }) => shares > 0n)
    .toSorted((one, other) => (BigInt(one.wallet) < BigInt(other.wallet) ? -1 : 1));
}
