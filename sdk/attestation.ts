import { encodeBytes32String, type Signer, TypedDataEncoder, toBigInt } from "ethers";
import { ATTESTATION_TYPES, custodyDomain } from "../executor/formats/typed-data.ts";

/** What an attestation can be about, in the order of their numbers. */
export const ATTESTATION_KINDS = ["existence", "condition", "location", "insurance"] as const;

export type AttestationKind = (typeof ATTESTATION_KINDS)[number];

/** `Attestation` of docs/formats.md. */
export interface Attestation {
  readonly subjectId: string;
  readonly kind: number;
  readonly attester: string;
  readonly evidenceHash: string;
  readonly amount: bigint;
  readonly unit: string;
  readonly asOf: bigint;
  readonly expiresAt: bigint;
  readonly nonce: bigint;
}

/** Where an attestation counts: nowhere but at this desk on this chain. */
export interface CustodyPlace {
  readonly chainId: bigint;
  readonly desk: string;
}

/** "USD" as the contracts keep it; the empty unit is zero. */
export function encodeUnit(unit: string): string {
  return encodeBytes32String(unit);
}

/** The id of an attestation: the digest that is signed. */
export function attestationId({ chainId, desk }: CustodyPlace, attestation: Attestation): string {
  return TypedDataEncoder.hash(custodyDomain(chainId, desk), ATTESTATION_TYPES, attestation);
}

/** Signs with the attester's own key. */
export function signAttestation(
  signer: Signer,
  { chainId, desk }: CustodyPlace,
  attestation: Attestation,
): Promise<string> {
  return signer.signTypedData(custodyDomain(chainId, desk), ATTESTATION_TYPES, attestation);
}

/**
 * A nonce that depends on what is said: to say the same again is the same attestation, which the desk knows already, and not a
 * second one.
 */
export function nonceOf(place: CustodyPlace, attestation: Omit<Attestation, "nonce">): bigint {
  return toBigInt(attestationId(place, { ...attestation, nonce: 0n }));
}
