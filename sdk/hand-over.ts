import { type Signer, TypedDataEncoder, toBigInt } from "ethers";
import { custodyDomain, HAND_OVER_TYPES } from "../executor/formats/typed-data.ts";
import type { CustodyPlace } from "./attestation.ts";

/** `HandOver` of docs/formats.md, section 1. */
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

/** The digest that both custodians sign and the issuer approves. */
export function handOverId({ chainId, desk }: CustodyPlace, handOver: HandOver): string {
  return TypedDataEncoder.hash(custodyDomain(chainId, desk), HAND_OVER_TYPES, handOver);
}

/** Signs with the key of one of the two custodians. */
export function signHandOver(signer: Signer, { chainId, desk }: CustodyPlace, handOver: HandOver): Promise<string> {
  return signer.signTypedData(custodyDomain(chainId, desk), HAND_OVER_TYPES, handOver);
}

/** A nonce that depends on what is handed over: the same file is the same hand-over. */
export function handOverNonce(place: CustodyPlace, handOver: Omit<HandOver, "nonce">): bigint {
  return toBigInt(handOverId(place, { ...handOver, nonce: 0n }));
}
