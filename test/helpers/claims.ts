import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";
import { encodeInvestorClaim, type InvestorClaim, signInvestorClaim } from "../../sdk/investor-claim.ts";
import type { SignedClaimVerifier } from "../../typechain-types/index.ts";
import { CLASS, USA } from "./books.ts";

type Connection = NetworkConnection;

export const DAY = 86_400n;
export const YEAR = 365n * DAY;

/** Topics of the source: the first one is required there, the second one is not. */
export const TOPIC = { identity: 1n, accreditation: 7n } as const;

/** The five accounts that claims are about or by. The first account is the admin of everything. */
export async function claimAccounts({ ethers }: Connection) {
  const [admin, attestor, wallet, otherWallet, stranger] = await ethers.getSigners();
  if (!admin || !attestor || !wallet || !otherWallet || !stranger) throw new Error("five accounts are needed");
  return { admin, attestor, wallet, otherWallet, stranger };
}

/** A verifier of signed claims with one attestor, who may attest retail and accredited for a year, and a registry's double. */
export async function deploySignedClaims(connection: Connection) {
  const { ethers } = connection;
  const accounts = await claimAccounts(connection);
  const authority = await ethers.deployContract("AccessManager", [accounts.admin.address]);
  const registry = await ethers.deployContract("MockClaimRegistry");
  const verifier = await ethers.deployContract("SignedClaimVerifier", [authority, registry]);
  await verifier.setAttestor(accounts.attestor, CLASS.retail | CLASS.accredited, YEAR);
  return { ...accounts, authority, registry, verifier };
}

export type SignedClaims = Awaited<ReturnType<typeof deploySignedClaims>>;

/** What the attestor would say about `wallet` now: an accredited American, for half a year, to be presented within a day. */
export async function claimAbout(
  { ethers, networkHelpers }: Connection,
  world: Pick<SignedClaims, "attestor" | "wallet">,
  changes: Partial<InvestorClaim> = {},
): Promise<InvestorClaim> {
  const now = BigInt(await networkHelpers.time.latest());
  return {
    attestor: world.attestor.address,
    wallet: world.wallet.address,
    investor: ethers.id("the investor"),
    country: USA,
    classes: CLASS.accredited,
    verifiedUntil: now + YEAR / 2n,
    deadline: now + DAY,
    nonce: ethers.toBigInt(ethers.randomBytes(32)),
    ...changes,
  };
}

/** The claim as it is presented, signed by `signer` for this verifier on this chain. */
export async function signedClaim(
  { ethers }: Connection,
  verifier: SignedClaimVerifier,
  signer: HardhatEthersSigner,
  claim: InvestorClaim,
): Promise<string> {
  const { chainId } = await ethers.provider.getNetwork();
  const place = { chainId, verifier: await verifier.getAddress() };
  return encodeInvestorClaim(claim, await signInvestorClaim(signer, place, claim));
}

/** Every way to write the same ECDSA signature: `s` in either half, `v` from 0 or from 27. */
export function encodingsOf({ ethers }: Connection, signature: string): string[] {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const { r, s, yParity } = ethers.Signature.from(signature);
  const otherS = ethers.toBeHex(order - BigInt(s), 32);
  const v = (parity: number, base: number) => ethers.toBeHex(base + parity, 1);
  return [27, 0].flatMap((base) => [
    ethers.concat([r, s, v(yParity, base)]),
    ethers.concat([r, otherS, v(1 - yParity, base)]),
  ]);
}

/**
 * An ERC-3643 investor base with one issuer trusted for both topics, and a verifier to which it is a source: identity means
 * retail, accreditation accredited. Nobody is registered there yet.
 */
export async function deployErc3643(connection: Connection) {
  const { ethers } = connection;
  const accounts = await claimAccounts(connection);
  const authority = await ethers.deployContract("AccessManager", [accounts.admin.address]);
  const registry = await ethers.deployContract("MockClaimRegistry");
  const verifier = await ethers.deployContract("Erc3643Verifier", [authority, registry]);
  const trust = await ethers.deployContract("MockTopicsAndIssuers");
  const source = await ethers.deployContract("MockIdentityRegistry", [trust, trust]);
  const issuer = await ethers.deployContract("MockClaimIssuer", [accounts.attestor.address]);
  await trust.setTopics([TOPIC.identity]);
  for (const topic of Object.values(TOPIC)) await trust.setIssuers(topic, [issuer]);
  await verifier.setSource(source, YEAR, [
    { topic: TOPIC.identity, classes: CLASS.retail },
    { topic: TOPIC.accreditation, classes: CLASS.accredited },
  ]);
  return { ...accounts, authority, registry, verifier, trust, source, issuer };
}

export type Erc3643World = Awaited<ReturnType<typeof deployErc3643>>;

/** Signs as ONCHAINID's issuers do: the message of `keccak256(abi.encode(identity, topic, data))`. */
export function signOnchainClaim(
  { ethers }: Connection,
  key: HardhatEthersSigner,
  identity: string,
  topic: bigint,
  data: string,
): Promise<string> {
  const encoded = ethers.AbiCoder.defaultAbiCoder().encode(["address", "uint256", "bytes"], [identity, topic, data]);
  return key.signMessage(ethers.getBytes(ethers.keccak256(encoded)));
}

/** A fresh identity that the source knows as `wallet`'s, with claims of the issuer about these topics. */
export async function registerIdentity(
  connection: Connection,
  world: Erc3643World,
  wallet: HardhatEthersSigner,
  topics: readonly bigint[],
  country = 250n,
) {
  const identity = await connection.ethers.deployContract("MockIdentity");
  await world.source.registerIdentity(wallet, identity, country);
  for (const topic of topics) await addClaim(connection, world, identity, topic);
  return identity;
}

/** Adds the issuer's claim about `topic` to an identity, and returns its signature. */
export async function addClaim(
  connection: Connection,
  world: Erc3643World,
  identity: Awaited<ReturnType<typeof registerIdentity>>,
  topic: bigint,
  data = "0x",
): Promise<string> {
  const signature = await signOnchainClaim(connection, world.attestor, await identity.getAddress(), topic, data);
  await identity.addClaim(topic, world.issuer, signature, data);
  return signature;
}
