import { type Signer, TypedDataEncoder, toBigInt } from "ethers";
import { custodyDomain, RELEASE_TYPES } from "../executor/formats/typed-data.ts";
import type { CustodyPlace } from "./attestation.ts";

/** `Release` of docs/formats.md, section 1. */
export interface Release {
  readonly subjectId: string;
  readonly holder: string;
  readonly custodian: string;
  readonly shareCount: bigint;
  readonly receiptHash: string;
  readonly expiresAt: bigint;
  readonly nonce: bigint;
}

/** The digest that holder and custodian sign and the issuer approves. */
export function releaseId({ chainId, desk }: CustodyPlace, release: Release): string {
  return TypedDataEncoder.hash(custodyDomain(chainId, desk), RELEASE_TYPES, release);
}

/** Signs with the key of holder or custodian. */
export function signRelease(signer: Signer, { chainId, desk }: CustodyPlace, release: Release): Promise<string> {
  return signer.signTypedData(custodyDomain(chainId, desk), RELEASE_TYPES, release);
}

/** A nonce that depends on what is given out: the same file is the same release. */
export function releaseNonce(place: CustodyPlace, release: Omit<Release, "nonce">): bigint {
  return toBigInt(releaseId(place, { ...release, nonce: 0n }));
}
