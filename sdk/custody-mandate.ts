import { type Signer, TypedDataEncoder, toBigInt } from "ethers";
import { CUSTODY_MANDATE_TYPES, custodyDomain } from "../executor/formats/typed-data.ts";
import type { CustodyPlace } from "./attestation.ts";

/** `CustodyMandate` of docs/formats.md, section 1, without what makes it a signature's content. */
export interface CustodyMandate {
  readonly custodian: string;
  readonly from: bigint;
  readonly until: bigint;
  readonly termsHash: string;
}

/** The digest with which the custodian accepts the mandate over `subjectId`. */
export function custodyMandateId(place: CustodyPlace, subjectId: string, mandate: CustodyMandate, nonce: bigint) {
  const { chainId, desk } = place;
  return TypedDataEncoder.hash(custodyDomain(chainId, desk), CUSTODY_MANDATE_TYPES, { subjectId, ...mandate, nonce });
}

/** Accepts with the custodian's own key. */
export function signCustodyMandate(
  signer: Signer,
  { chainId, desk }: CustodyPlace,
  subjectId: string,
  mandate: CustodyMandate,
  nonce: bigint,
): Promise<string> {
  return signer.signTypedData(custodyDomain(chainId, desk), CUSTODY_MANDATE_TYPES, { subjectId, ...mandate, nonce });
}

/** A nonce that depends on what is accepted and on the mandate before: to go on with the same terms is another acceptance. */
export function custodyMandateNonce(
  place: CustodyPlace,
  subjectId: string,
  mandate: CustodyMandate,
  before: CustodyMandate,
): bigint {
  const earlier = toBigInt(custodyMandateId(place, subjectId, before, 0n));
  return toBigInt(custodyMandateId(place, subjectId, mandate, earlier));
}

export function isSameMandate(one: CustodyMandate, other: CustodyMandate): boolean {
  return (
    one.custodian === other.custodian &&
    one.from === other.from &&
    one.until === other.until &&
    one.termsHash === other.termsHash
  );
}
