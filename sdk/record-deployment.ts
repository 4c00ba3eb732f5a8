import { access } from "node:fs/promises";
import { HardhatArtifactResolver } from "@nomicfoundation/hardhat-ignition/helpers";
import { listTransactions } from "@nomicfoundation/ignition-core";
import { keccak256 } from "ethers";
import type { ArtifactManager } from "hardhat/types/artifacts";
import type { NetworkConnection } from "hardhat/types/network";
import { type AddressBook, writeAddressBook } from "./addresses.ts";
import type { SuiteDeployment } from "./deploy.ts";

/** Writes the address book of a deployment that Ignition has a journal of. */
export async function recordDeployment(
  connection: NetworkConnection,
  artifacts: ArtifactManager,
  deployment: SuiteDeployment,
  journalFolder: string,
): Promise<{ book: AddressBook; path: string }> {
  const { provider } = connection.ethers;
  const blocks = await readBlocks(connection, artifacts, journalFolder);
  const first = Math.min(...blocks.values());

  const entries = Object.entries(deployment.addresses).map(async ([name, address]) => {
    const runtimeCodeHash = keccak256(await provider.getCode(address));
    return [name, { address, deployedAtBlock: blocks.get(address.toLowerCase()) ?? first, runtimeCodeHash }] as const;
  });
  const book: AddressBook = {
    chainId: Number(deployment.chainId),
    name: connection.networkName,
    deployer: deployment.deployer,
    deployedAtBlock: first,
    contracts: Object.fromEntries(await Promise.all(entries)),
  };
  return { book, path: await writeAddressBook(book) };
}

/** The block of every contract that the journal knows, by address. */
async function readBlocks(
  { ethers }: NetworkConnection,
  artifacts: ArtifactManager,
  journalFolder: string,
): Promise<Map<string, number>> {
  await access(journalFolder);
  const transactions = await listTransactions(journalFolder, new HardhatArtifactResolver(artifacts));

  const blocks = await Promise.all(
    transactions.map(async ({ address, txHash }): Promise<[string, number][]> => {
      const receipt = address === undefined ? null : await ethers.provider.getTransactionReceipt(txHash);
      return address === undefined || receipt === null ? [] : [[address.toLowerCase(), receipt.blockNumber]];
    }),
  );
  return new Map(blocks.flat());
}
