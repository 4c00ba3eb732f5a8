import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";
import { custodyDomain, HAND_OVER_TYPES, RELEASE_TYPES } from "../../executor/formats/typed-data.ts";
import { FAR_FUTURE } from "./books.ts";
import type { Desks } from "./desks.ts";

type Connection = Pick<NetworkConnection, "ethers">;

/** What both custodians sign; the fields of `HandOver` in docs/formats.md. */
export interface HandOver {
  readonly subjectId: string;
  readonly from: string;
  readonly to: string;
  readonly mandateFrom: bigint;
  readonly mandateUntil: bigint;
  readonly termsHash: string;
  readonly evidenceHash: string;
  readonly expiresAt: bigint;
  readonly nonce: bigint;
}

/** What holder and custodian sign; the fields of `Release` in docs/formats.md. */
export interface Release {
  readonly subjectId: string;
  readonly holder: string;
  readonly custodian: string;
  readonly shareCount: bigint;
  readonly receiptHash: string;
  readonly expiresAt: bigint;
  readonly nonce: bigint;
}

export const INCIDENT = { loss: 0n, damage: 1n, lien: 2n } as const;

/** A hand-over from the custodian to the inspector, who keeps things too. */
export async function handOverOf(
  { ethers }: Connection,
  desks: Desks,
  id: bigint,
  changes: Partial<HandOver> = {},
): Promise<HandOver> {
  return {
    subjectId: await desks.shares.anchorIdOf(id),
    from: desks.custodian.address,
    to: desks.inspector.address,
    mandateFrom: 1n,
    mandateUntil: FAR_FUTURE,
    termsHash: ethers.id("the new custodian's terms"),
    evidenceHash: ethers.id("protocol of the hand-over"),
    expiresAt: FAR_FUTURE,
    nonce: ethers.toBigInt(ethers.randomBytes(32)),
    ...changes,
  };
}

export async function signHandOver(
  { ethers }: Connection,
  desks: Desks,
  signer: HardhatEthersSigner,
  handOver: HandOver,
): Promise<string> {
  const { chainId } = await ethers.provider.getNetwork();
  return signer.signTypedData(custodyDomain(chainId, await desks.custody.getAddress()), HAND_OVER_TYPES, handOver);
}

export async function signRelease(
  { ethers }: Connection,
  desks: Desks,
  signer: HardhatEthersSigner,
  release: Release,
): Promise<string> {
  const { chainId } = await ethers.provider.getNetwork();
  return signer.signTypedData(custodyDomain(chainId, await desks.custody.getAddress()), RELEASE_TYPES, release);
}

/** Gives the custody desk the two powers that the suite gives it: to move an asset along its life, and to burn. */
export async function empowerCustody({ authority, shares, custody, admin, offering }: Desks) {
  const [burning, living] = [78n, 79n];
  const selector = (name: "burn" | "setAssetState") => shares.interface.getFunction(name).selector;
  await authority.setTargetFunctionRole(shares, [selector("burn")], burning);
  await authority.setTargetFunctionRole(shares, [selector("setAssetState")], living);
  await authority.grantRole(burning, custody, 0n);
  for (const member of [custody, admin, offering]) await authority.grantRole(living, member, 0n);
}
