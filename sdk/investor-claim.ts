import { AbiCoder, type Signer, TypedDataEncoder } from "ethers";
import { INVESTOR_CLAIM_TYPES, investorClaimDomain } from "../executor/formats/typed-data.ts";

/** `InvestorClaim` of docs/formats.md: what an attestor says about the investor behind a wallet. */
export interface InvestorClaim {
  readonly attestor: string;
  readonly wallet: string;
  readonly investor: string;
  readonly country: bigint;
  readonly classes: bigint;
  readonly verifiedUntil: bigint;
  readonly deadline: bigint;
  readonly nonce: bigint;
}

/** Where a claim counts: nowhere but at this verifier on this chain. */
export interface ClaimPlace {
  readonly chainId: bigint;
  readonly verifier: string;
}

const CLAIM_FIELDS = (INVESTOR_CLAIM_TYPES["InvestorClaim"] ?? []).map(({ type, name }) => `${type} ${name}`).join(",");

/** The id of a claim: the digest that is signed, and what it is revoked by. */
export function investorClaimId({ chainId, verifier }: ClaimPlace, claim: InvestorClaim): string {
  return TypedDataEncoder.hash(investorClaimDomain(chainId, verifier), INVESTOR_CLAIM_TYPES, claim);
}

/** Signs with the attestor's own key. */
export function signInvestorClaim(
  signer: Signer,
  { chainId, verifier }: ClaimPlace,
  claim: InvestorClaim,
): Promise<string> {
  return signer.signTypedData(investorClaimDomain(chainId, verifier), INVESTOR_CLAIM_TYPES, claim);
}

/** The bytes that are presented to the registry with `SignedClaimVerifier`. */
export function encodeInvestorClaim(claim: InvestorClaim, signature: string): string {
  return AbiCoder.defaultAbiCoder().encode([`tuple(${CLAIM_FIELDS})`, "bytes"], [claim, signature]);
}

/** The bytes that are presented to the registry with `Erc3643Verifier`: the identity registry that knows the wallet. */
export function encodeErc3643Claim(identityRegistry: string): string {
  return AbiCoder.defaultAbiCoder().encode(["address"], [identityRegistry]);
}
