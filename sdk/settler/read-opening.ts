import type { Provider } from "ethers";
import type { BatchInput, Snapshot } from "../../executor/index.ts";
import type { Suite } from "../connect.ts";
import { type JsonRpc, openContractReader } from "../contract-reader.ts";
import { badInput } from "../errors.ts";
import { listReceivers } from "../holders.ts";
import { addSettled, readSettledOnChain, type SettledBefore } from "../settled-before.ts";
import { readSnapshot } from "../snapshot.ts";

export interface OpeningTools {
  readonly suite: Suite;
  readonly provider: Provider & JsonRpc;
  readonly chainId: bigint;
  /** First block worth reading. */
  readonly fromBlock: number;
}

/** What a batch is about. */
export interface OpeningRequest {
  readonly assets: readonly bigint[];
  readonly currencies: readonly string[];
  readonly accounts: readonly string[];
  /** What the desk's older logs know to be settled. */
  readonly logged: SettledBefore;
}

/** All that a batch depends on and the chain knows, at one block. */
export type Opening = Pick<BatchInput, "snapshot" | "time" | "alreadyFinal" | "filled">;

/** Reads the chain at its newest block, holders of the assets included: rules count them. */
export async function readOpening(tools: OpeningTools, request: OpeningRequest): Promise<Opening> {
  const { suite, provider, chainId, fromBlock } = tools;
  const block = await provider.getBlock("latest");
  if (block === null) throw badInput("the chain has no blocks");

  const assets = [...new Set(request.assets)];
  const holders = await Promise.all(assets.map((asset) => listReceivers(suite, provider, asset, fromBlock)));
  const snapshot = await readSnapshot(suite, {
    chainId,
    block: block.number,
    assets,
    currencies: [...new Set(request.currencies)],
    accounts: [...request.accounts, ...holders.flat()],
  });
  const before = addSettled(await readSettledOnChain(suite, provider, fromBlock), request.logged);
  return { snapshot, time: BigInt(block.timestamp), ...before };
}

/** Whoever answers for contract accounts at the block of a snapshot. */
export function readerAt({ provider }: OpeningTools, { openingBlock }: Snapshot) {
  return openContractReader(provider, openingBlock);
}
