import { z } from "zod";

/** Whatever can put a question to a node: an ethers provider, or a Hardhat one behind a function. */
export type Ask = (method: string, params: readonly unknown[]) => Promise<unknown>;

const metadataSchema = z.object({ instanceId: z.string() });
const blockSchema = z.object({ hash: z.string() });

/**
 * Which life of a throw-away chain this is: development nodes forget everything when they are restarted, and then have another
 * instance id. Chains that never forget have none.
 */
export async function readChainInstance(ask: Ask): Promise<string | null> {
  const metadata = await ask("hardhat_metadata", []).catch(() => undefined);
  const known = metadataSchema.safeParse(metadata).data?.instanceId;
  if (known !== undefined) return known;

  const anvil = await ask("anvil_nodeInfo", []).catch(() => undefined);
  if (anvil === undefined || anvil === null) return null;
  const genesis = await ask("eth_getBlockByNumber", ["0x0", false]);
  return `genesis ${blockSchema.parse(genesis).hash}`;
}
