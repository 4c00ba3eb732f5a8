import { z } from "zod";

/** Whatever can put a question to a node: an ethers provider, or a Hardhat one behind a function. */
export type Ask = (method: string, params: readonly unknown[]) => Promise<unknown>;

const metadataSchema = z.object({
  instanceId: z.string(),
  clientVersion: z.string().default(""),
  forkedNetwork: z.unknown().optional(),
});
const blockSchema = z.object({ hash: z.string(), parentHash: z.string() });

/**
 * Which life of a throw-away chain this is: development nodes forget everything when they are restarted, and then have another
 * instance id. An anvil may be given back what it knew (`--state`), under a new id: its chain is known by its first block, unless
 * that is another chain's that it has forked. Chains that never forget have none.
 */
export async function readChainInstance(ask: Ask): Promise<string | null> {
  const metadata = metadataSchema.safeParse(await ask("hardhat_metadata", []).catch(() => undefined)).data;
  const mayRemember =
    metadata?.clientVersion.startsWith("anvil/") === true && (metadata.forkedNetwork ?? null) === null;
  if (metadata !== undefined && !mayRemember) return metadata.instanceId;

  const anvil = await ask("anvil_nodeInfo", []).catch(() => undefined);
  return anvil === undefined || anvil === null ? null : `genesis ${await firstBlockHash(ask)}`;
}

/** An anvil that was restarted has a new block 0; the one before block 1 is still that of its first life. */
async function firstBlockHash(ask: Ask): Promise<string> {
  const second = await ask("eth_getBlockByNumber", ["0x1", false]).catch(() => null);
  if (second !== null) return blockSchema.parse(second).parentHash;
  return blockSchema.parse(await ask("eth_getBlockByNumber", ["0x0", false])).hash;
}
