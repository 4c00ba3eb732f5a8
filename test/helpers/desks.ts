import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";
import { type Books, bookFactory, deployBooks, FAR_FUTURE, listAsset } from "./books.ts";

type Connection = NetworkConnection;

/** What a custodian signs; the fields of `Attestation` in docs/formats.md, section 1. */
export interface Attestation {
  readonly subjectId: string;
  readonly kind: bigint;
  readonly attester: string;
  readonly evidenceHash: string;
  readonly amount: bigint;
  readonly unit: string;
  readonly asOf: bigint;
  readonly expiresAt: bigint;
  readonly nonce: bigint;
}

export const KIND = { existence: 0n, condition: 1n, location: 2n, insurance: 3n } as const;
export const PHASE = { none: 0n, open: 1n, succeeded: 2n, failed: 3n, prorating: 4n } as const;
export const YEAR = 31_536_000n;

const ATTESTATION_TYPES = {
  Attestation: [
    { name: "subjectId", type: "bytes32" },
    { name: "kind", type: "uint8" },
    { name: "attester", type: "address" },
    { name: "evidenceHash", type: "bytes32" },
    { name: "amount", type: "uint256" },
    { name: "unit", type: "bytes32" },
    { name: "asOf", type: "uint64" },
    { name: "expiresAt", type: "uint64" },
    { name: "nonce", type: "uint256" },
  ],
};

/** The role of a desk that may issue shares, hold them back and move an asset along its life. */
const ISSUING = 77n;

/**
 * The books with the custody, offering and income desks and the test dollar. The first account is admin and issuer; the
 * desk that issues has the one role it needs.
 */
export async function deployDesks(connection: Connection) {
  const { ethers } = connection;
  const books = await deployBooks(connection);
  const authority = await books.authority.getAddress();
  const shares = await books.shares.getAddress();
  const custody = await ethers.deployContract("CustodyDesk", [authority, shares]);
  const offering = await deployOfferingDesk(connection, [authority, shares, await custody.getAddress()]);
  const income = await ethers.deployContract("IncomeDesk", [authority, shares]);
  const dollar = await ethers.deployContract("TestDollar", [books.admin.address]);
  await income.setCurrency(dollar, true);

  const selectors = (["mint", "setAssetState", "lock", "unlock"] as const).map(
    (name) => books.shares.interface.getFunction(name).selector,
  );
  await books.authority.setTargetFunctionRole(shares, selectors, ISSUING);
  await books.authority.grantRole(ISSUING, await offering.getAddress(), 0n);
  await books.authority.grantRole(ISSUING, books.admin.address, 0n);
  await offering.allowCurrency(dollar, true);

  const [custodian, inspector, treasury, feeRecipient, stranger, ...people] = books.others;
  if (!custodian || !inspector || !treasury || !feeRecipient || !stranger) throw new Error("too few accounts");
  return {
    ...books,
    custody,
    offering,
    income,
    dollar,
    custodian,
    inspector,
    treasury,
    feeRecipient,
    stranger,
    people,
  };
}

/** An offering desk with libraries of its own; the arguments are its constructor's. */
export async function deployOfferingDesk(connection: Pick<Connection, "ethers">, wiring: [string, string, string]) {
  const desk = await (await bookFactory(connection, "OfferingDesk")).deploy(...wiring);
  return connection.ethers.getContractAt("OfferingDesk", await desk.getAddress());
}

export type Desks = Awaited<ReturnType<typeof deployDesks>>;

/** The digest that an attester signs, made without the contract. */
export async function attestationDigest({ ethers }: Connection, desks: Desks, attestation: Attestation) {
  return ethers.TypedDataEncoder.hash(await custodyDomain({ ethers }, desks), ATTESTATION_TYPES, attestation);
}

/** An attester's signature. */
export async function signAttestation(
  { ethers }: Pick<Connection, "ethers">,
  desks: Desks,
  signer: HardhatEthersSigner,
  attestation: Attestation,
  domain: { chainId?: bigint; verifyingContract?: string } = {},
): Promise<string> {
  return signer.signTypedData(
    { ...(await custodyDomain({ ethers }, desks)), ...domain },
    ATTESTATION_TYPES,
    attestation,
  );
}

/** The custodian's word that the thing exists now and for a year, unless said otherwise. */
export async function attestationOf(
  { ethers, networkHelpers }: Connection,
  desks: Desks,
  id: bigint,
  changes: Partial<Attestation> = {},
): Promise<Attestation> {
  const time = BigInt(await networkHelpers.time.latest());
  return {
    subjectId: await desks.shares.anchorIdOf(id),
    kind: KIND.existence,
    attester: desks.custodian.address,
    evidenceHash: ethers.id("report"),
    amount: 1n,
    unit: ethers.encodeBytes32String("piece"),
    asOf: time,
    expiresAt: time + YEAR,
    nonce: ethers.toBigInt(ethers.randomBytes(32)),
    ...changes,
  };
}

/** The issuer offers a mandate and the custodian accepts it: for a century, unless said otherwise. */
export async function appointCustodian(
  { ethers }: Pick<Connection, "ethers">,
  { custody }: Pick<Desks, "custody">,
  id: bigint,
  custodian: HardhatEthersSigner,
  changes: { from?: bigint; until?: bigint } = {},
) {
  const mandate = {
    custodian: custodian.address,
    from: 0n,
    until: FAR_FUTURE,
    termsHash: ethers.id("what a custodian owes"),
    ...changes,
  };
  await custody.offerMandate(id, mandate);
  await custody.connect(custodian).acceptMandate(id, mandate);
  return mandate;
}

/** Lists an asset, appoints its custodian and brings his word: the asset is `Listed` and backed for a year. */
export async function listBackedAsset(connection: Connection, desks: Desks, id: bigint, cap = 1_000_000n) {
  const books: Books = desks;
  await listAsset(connection, books, id, cap);
  await appointCustodian(connection, desks, id, desks.custodian);
  const attestation = await attestationOf(connection, desks, id);
  await desks.custody.attest(id, attestation, await signAttestation(connection, desks, desks.custodian, attestation));
}

async function custodyDomain({ ethers }: Pick<Connection, "ethers">, desks: Desks) {
  const { chainId } = await ethers.provider.getNetwork();
  return { name: "Moiety CustodyDesk", version: "1", chainId, verifyingContract: await desks.custody.getAddress() };
}
