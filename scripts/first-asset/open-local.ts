import hre from "hardhat";
import { readAddressBook } from "../../sdk/addresses.ts";
import { connectSuite } from "../../sdk/connect.ts";
import { LOCAL_CHAIN_ID } from "../../sdk/local-chain.ts";

/**
 * The suite on a local node, with the accounts of docs/guides/first-asset.md: the operator runs everything, Ana and Ben invest.
 * Real investors sign in their own wallets; the node knows these keys, so that the guide can play them.
 */
export async function openLocal() {
  const { ethers, networkName } = await hre.network.create();
  const { chainId } = await ethers.provider.getNetwork();
  if (chainId !== LOCAL_CHAIN_ID)
    throw new Error(`this plays investors on a local node only, and this is chain ${chainId}`);

  const [operator, ana, ben] = await ethers.getSigners();
  if (!operator || !ana || !ben) throw new Error("a node with three accounts is needed");
  const suite = connectSuite(await readAddressBook(Number(chainId), networkName), operator);
  const { testDollar } = suite;
  if (!testDollar) throw new Error("the deployment has no TestDollar");
  const block = await ethers.provider.getBlock("latest");
  return { suite: { ...suite, testDollar }, ana, ben, chainId, now: BigInt(block?.timestamp ?? 0) };
}
