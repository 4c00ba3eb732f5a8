import { type Signer, TypedDataEncoder } from "ethers";
import { MANDATE_TYPES, settlementDomain } from "../executor/formats/typed-data.ts";

/** How far a mandate goes in one asset; prices in base units per share. */
export interface AssetLimit {
  readonly asset: bigint;
  readonly maxIn: bigint;
  readonly maxOut: bigint;
  readonly maxBuyPrice: bigint;
  readonly minSellPrice: bigint;
}

/** `Mandate` of docs/formats.md: what an account allows netted chunks to do to it. */
export interface Mandate {
  readonly account: string;
  readonly currency: string;
  readonly maxCashOut: bigint;
  readonly lossAllowance: bigint;
  readonly feeCap: bigint;
  readonly expiry: bigint;
  readonly nonce: bigint;
  /** Ascending by asset. */
  readonly limits: readonly AssetLimit[];
}

/** Where orders, trades and mandates count. */
export interface SettlementPlace {
  readonly chainId: bigint;
  readonly desk: string;
}

export function mandateId({ chainId, desk }: SettlementPlace, mandate: Mandate): string {
  return TypedDataEncoder.hash(settlementDomain(chainId, desk), MANDATE_TYPES, mandate);
}

/** Signs with the account's own key. */
export function signMandate(signer: Signer, { chainId, desk }: SettlementPlace, mandate: Mandate): Promise<string> {
  return signer.signTypedData(settlementDomain(chainId, desk), MANDATE_TYPES, mandate);
}
