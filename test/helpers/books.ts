import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";
import { isLinked, LIBRARIES } from "../../ignition/libraries.ts";

/** Investor classes, as bits of `Profile.classes`. */
export const CLASS = { retail: 1n, professional: 2n, accredited: 4n, institutional: 8n } as const;

/** States of an asset, as `AssetState` numbers them. */
export const STATE = {
  unlisted: 0n,
  listed: 1n,
  offered: 2n,
  active: 3n,
  suspended: 4n,
  redeeming: 5n,
  retired: 6n,
} as const;

/** Bits of `Profile.flags`. */
export const FLAG = { suspended: 1n, liquidateOnly: 2n, omnibus: 4n, protocol: 8n } as const;

export const USA = 840n;
export const FRANCE = 250n;
export const FAR_FUTURE = 4_000_000_000n;

type Connection = NetworkConnection;
export type BookName = "InvestorRegistry" | "TransferRules" | "AnchorRegistry" | "ShareToken";

/** Deploys a book behind its proxy, initialised in the proxy's constructor, and returns the proxy's address. */
async function deployBook(
  { ethers }: Connection,
  name: BookName,
  initializerArguments: readonly string[],
): Promise<string> {
  const factory = await bookFactory({ ethers }, name);
  const implementation = await (await factory.deploy()).getAddress();
  const data = factory.interface.encodeFunctionData("initialize", initializerArguments);
  const proxy = await ethers.deployContract("ERC1967Proxy", [implementation, data]);
  return proxy.getAddress();
}

/** A book's code by itself, as an upgrade needs it: its address. */
export async function deployBookCode(connection: Pick<Connection, "ethers">, name: string): Promise<string> {
  return (await (await bookFactory(connection, name)).deploy()).getAddress();
}

/** The factory of a contract's code, linked to libraries that are deployed for it. */
export async function bookFactory({ ethers }: Pick<Connection, "ethers">, name: string) {
  const libraries: Record<string, string> = {};
  for (const library of isLinked(name) ? LIBRARIES[name] : []) {
    libraries[library] = await (await ethers.deployContract(library)).getAddress();
  }
  return ethers.getContractFactory(name, { libraries });
}

/**
 * The four books, wired, with the first account as admin of everything: what a test of a book needs, without any desk.
 * Nothing is listed and nobody is registered.
 */
export async function deployBooks(connection: Connection) {
  const { ethers } = connection;
  const [admin, ...others] = await ethers.getSigners();
  if (admin === undefined) throw new Error("the network has no accounts");
  const authority = await ethers.deployContract("AccessManager", [admin.address]);
  const manager = await authority.getAddress();
  const investorsAt = await deployBook(connection, "InvestorRegistry", [manager]);
  const rulesAt = await deployBook(connection, "TransferRules", [manager, investorsAt]);
  const anchorsAt = await deployBook(connection, "AnchorRegistry", [manager]);
  const sharesAt = await deployBook(connection, "ShareToken", [manager, investorsAt, rulesAt, anchorsAt]);
  const investors = await ethers.getContractAt("InvestorRegistry", investorsAt);
  const rules = await ethers.getContractAt("TransferRules", rulesAt);
  const anchors = await ethers.getContractAt("AnchorRegistry", anchorsAt);
  const shares = await ethers.getContractAt("ShareToken", sharesAt);
  await rules.setShares(sharesAt);
  await investors.setRules(rulesAt);
  const country = await ethers.deployContract("CountryRule");
  const investorClass = await ethers.deployContract("InvestorClassRule");
  const holderCount = await ethers.deployContract("HolderCountRule");
  return { admin, others, authority, investors, rules, anchors, shares, country, investorClass, holderCount };
}

export type Books = Awaited<ReturnType<typeof deployBooks>>;

/** Binds an anchor made from the id to the token and lists the asset; it is then `Listed`. */
export async function listAsset({ ethers }: Connection, books: Books, id: bigint, cap = 1_000_000n) {
  const legalHash = ethers.id(`deed of asset ${id}`);
  const evidenceHash = ethers.id(`evidence of asset ${id}`);
  const anchorId = ethers.keccak256(
    ethers.AbiCoder.defaultAbiCoder().encode(["bytes32", "bytes32"], [legalHash, evidenceHash]),
  );
  const metadata = ethers.AbiCoder.defaultAbiCoder().encode(
    ["bytes32", "bytes32", "uint64", "uint64", "bytes", "bytes"],
    [ethers.id("real-estate"), ethers.id("US-DE"), 1n, FAR_FUTURE, "0x75", "0x"],
  );
  await books.anchors.registerAndBind(
    legalHash,
    evidenceHash,
    metadata,
    await books.shares.getAddress(),
    ethers.id("ERC-8325:BINDING_SCOPE:TOKEN_ID"),
    id,
  );
  await books.shares.listAsset(id, anchorId, cap, `ipfs://asset-${id}`);
  return { anchorId };
}

/** Registers one investor with one wallet: American and accredited unless said otherwise. */
export async function onboard(
  { ethers }: Connection,
  books: Books,
  wallet: HardhatEthersSigner | string,
  profile: { reference?: string; country?: bigint; classes?: bigint; flags?: bigint; verifiedUntil?: bigint } = {},
) {
  const address = typeof wallet === "string" ? wallet : wallet.address;
  const investor = ethers.id(profile.reference ?? address);
  await books.investors.register(
    {
      investor,
      country: profile.country ?? USA,
      classes: profile.classes ?? CLASS.accredited,
      flags: profile.flags ?? 0n,
      verifiedUntil: profile.verifiedUntil ?? FAR_FUTURE,
    },
    address,
  );
  return investor;
}
