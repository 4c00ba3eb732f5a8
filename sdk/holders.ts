import type { Provider } from "ethers";
import { ZeroAddress } from "ethers";
import type { Suite } from "./connect.ts";
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
