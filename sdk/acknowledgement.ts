import { type Signer, TypedDataEncoder } from "ethers";
import { ACKNOWLEDGEMENT_TYPES, disclosuresDomain } from "../executor/formats/typed-data.ts";

/** `Acknowledgement` of docs/formats.md: a wallet has read the risk disclosures of an asset. */
export interface Acknowledgement {
  readonly wallet: string;
  readonly asset: bigint;
  /** The bundle that was read. */
  readonly bundleHash: string;
  /** Last second in which the signature may be brought. */
  readonly deadline: bigint;
}

/** Where an acknowledgement counts: nowhere but there on this chain. */
export interface DisclosuresPlace {
  readonly chainId: bigint;
  readonly disclosures: string;
}

/** The digest that is signed. */
export function acknowledgementDigest({ chainId, disclosures }: DisclosuresPlace, said: Acknowledgement): string {
  return TypedDataEncoder.hash(disclosuresDomain(chainId, disclosures), ACKNOWLEDGEMENT_TYPES, said);
}

/** Signs with the wallet's own key. */
export function signAcknowledgement(
  signer: Signer,
  { chainId, disclosures }: DisclosuresPlace,
  said: Acknowledgement,
): Promise<string> {
  return signer.signTypedData(disclosuresDomain(chainId, disclosures), ACKNOWLEDGEMENT_TYPES, said);
}
