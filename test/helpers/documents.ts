import type { NetworkConnection } from "hardhat/types/network";
import { type Books, deployBooks, listAsset } from "./books.ts";

/** The books with the documents' book behind its proxy, and one listed asset, 7. */
export async function deployDocuments(connection: NetworkConnection) {
  const { ethers } = connection;
  const books = await deployBooks(connection);
  const { anchorId } = await listAsset(connection, books, 7n);
  const factory = await ethers.getContractFactory("DocumentAnchor");
  const code = await factory.deploy();
  const data = factory.interface.encodeFunctionData("initialize", [
    await books.authority.getAddress(),
    await books.anchors.getAddress(),
  ]);
  const proxy = await ethers.deployContract("ERC1967Proxy", [await code.getAddress(), data]);
  const documents = await ethers.getContractAt("DocumentAnchor", await proxy.getAddress());
  return { ...books, anchorId, documents, documentsCode: code };
}

/** Lets accounts call some functions of a contract besides the admin, under a role of the test's own. */
export async function openTo(
  { authority }: Pick<Books, "authority">,
  target: string,
  selectors: readonly string[],
  role: bigint,
  accounts: readonly string[],
): Promise<void> {
  await authority.setTargetFunctionRole(target, [...selectors], role);
  for (const account of accounts) await authority.grantRole(role, account, 0);
}
