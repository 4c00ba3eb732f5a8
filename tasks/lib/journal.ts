import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";
import { z } from "zod";
import { readChainInstance } from "../../sdk/journal/chain-instance.ts";

/** Where Ignition writes down what it sent to a chain. */
export function journalFolder(hre: HardhatRuntimeEnvironment, chainId: bigint): string {
  return join(hre.config.paths.ignition, "deployments", `chain-${chainId}`);
}

/**
 * A local node that was restarted has forgotten everything, and Ignition would take its journal for the truth. Such a journal
 * is thrown away: when the node has another instance id, or, for nodes without one, no code where it should be.
 */
export async function forgetStaleJournal(connection: NetworkConnection, folder: string): Promise<boolean> {
  const known = await read(join(folder, INSTANCE_FILE));
  const addresses = await read(join(folder, "deployed_addresses.json"));
  if (known === undefined && addresses === undefined) return false;

  const instance = await readInstance(connection);
  const restarted = instance !== undefined && known !== undefined && instance !== known;
  if (!restarted && (addresses === undefined || (await hasCode(connection, addresses)))) return false;
  // Only a development chain forgets. On any other, code that is missing means a wrong URL, and the journal is precious.
  if (instance === undefined) return false;

  await rm(folder, { recursive: true });
  return true;
}

/** Writes down which run of the node the journal is of. */
export async function rememberInstance(connection: NetworkConnection, folder: string): Promise<void> {
  const instance = await readInstance(connection);
  if (instance === undefined) return;

  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, INSTANCE_FILE), instance);
}

const INSTANCE_FILE = "instance-id";
const addressesSchema = z.record(z.string(), z.string());

async function readInstance({ provider }: NetworkConnection): Promise<string | undefined> {
  const instance = await readChainInstance((method, params) => provider.request({ method, params: [...params] }));
  return instance ?? undefined;
}

async function hasCode({ ethers }: NetworkConnection, addresses: string): Promise<boolean> {
  const [first] = Object.values(addressesSchema.parse(JSON.parse(addresses)));
  return first === undefined || (await ethers.provider.getCode(first)) !== "0x";
}

async function read(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}
