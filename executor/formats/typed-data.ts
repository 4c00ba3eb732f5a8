/**
 * The EIP-712 types of `docs/formats.md`, in the shape that ethers' `signTypedData` and `TypedDataEncoder` take.
 */
import type { TypedDataDomain, TypedDataField } from "ethers";

export const ORDER_TYPES: Record<string, TypedDataField[]> = {
  Order: [
    { name: "trader", type: "address" },
    { name: "side", type: "uint8" },
    { name: "asset", type: "uint256" },
    { name: "currency", type: "address" },
    { name: "quantity", type: "uint64" },
    { name: "limitPrice", type: "uint128" },
    { name: "expiry", type: "uint64" },
    { name: "priority", type: "uint8" },
    { name: "salt", type: "uint256" },
  ],
};

export const TRADE_TYPES: Record<string, TypedDataField[]> = {
  Trade: [
    { name: "buyOrder", type: "bytes32" },
    { name: "sellOrder", type: "bytes32" },
    { name: "quantity", type: "uint64" },
    { name: "price", type: "uint128" },
    { name: "matchNumber", type: "uint64" },
  ],
};

export const TRANSFER_TYPES: Record<string, TypedDataField[]> = {
  Transfer: [
    { name: "from", type: "address" },
    { name: "to", type: "address" },
    { name: "asset", type: "uint256" },
    { name: "quantity", type: "uint64" },
    { name: "expiry", type: "uint64" },
    { name: "priority", type: "uint8" },
    { name: "salt", type: "uint256" },
  ],
};

export const HOLD_TYPES: Record<string, TypedDataField[]> = {
  Hold: [
    { name: "holder", type: "address" },
    { name: "beneficiary", type: "address" },
    { name: "agent", type: "address" },
    { name: "asset", type: "uint256" },
    { name: "quantity", type: "uint64" },
    { name: "until", type: "uint64" },
    { name: "expiry", type: "uint64" },
    { name: "priority", type: "uint8" },
    { name: "salt", type: "uint256" },
  ],
};

export const HOLD_DECISION_TYPES: Record<string, TypedDataField[]> = {
  HoldDecision: [
    { name: "agent", type: "address" },
    { name: "hold", type: "bytes32" },
    { name: "decision", type: "uint8" },
    { name: "quantity", type: "uint64" },
    { name: "expiry", type: "uint64" },
  ],
};

export const FREEZE_TYPES: Record<string, TypedDataField[]> = {
  Freeze: [
    { name: "officer", type: "address" },
    { name: "account", type: "address" },
    { name: "asset", type: "uint256" },
    { name: "quantity", type: "uint64" },
    { name: "frozen", type: "bool" },
    { name: "expiry", type: "uint64" },
    { name: "salt", type: "uint256" },
  ],
};

export const CANCEL_TYPES: Record<string, TypedDataField[]> = {
  Cancel: [
    { name: "trader", type: "address" },
    { name: "order", type: "bytes32" },
    { name: "expiry", type: "uint64" },
  ],
};

/** Nobody signs these three: their digests are the ids of instructions that have no message of their own. */
export const INSTRUCTION_TYPES: Record<
  "OfferingPurchase" | "EntitlementClaim" | "HoldExpiry",
  Record<string, TypedDataField[]>
> = {
  OfferingPurchase: {
    OfferingPurchase: [
      { name: "order", type: "bytes32" },
      { name: "offering", type: "uint256" },
      { name: "quantity", type: "uint64" },
      { name: "matchNumber", type: "uint64" },
    ],
  },
  EntitlementClaim: {
    EntitlementClaim: [
      { name: "distribution", type: "uint256" },
      { name: "holder", type: "address" },
      { name: "number", type: "uint64" },
    ],
  },
  HoldExpiry: {
    HoldExpiry: [
      { name: "hold", type: "bytes32" },
      { name: "number", type: "uint64" },
    ],
  },
};

export const MANDATE_TYPES: Record<string, TypedDataField[]> = {
  Mandate: [
    { name: "account", type: "address" },
    { name: "currency", type: "address" },
    { name: "maxCashOut", type: "uint128" },
    { name: "lossAllowance", type: "uint128" },
    { name: "feeCap", type: "uint128" },
    { name: "expiry", type: "uint64" },
    { name: "nonce", type: "uint64" },
    { name: "limits", type: "AssetLimit[]" },
  ],
  AssetLimit: [
    { name: "asset", type: "uint256" },
    { name: "maxIn", type: "uint64" },
    { name: "maxOut", type: "uint64" },
    { name: "maxBuyPrice", type: "uint128" },
    { name: "minSellPrice", type: "uint128" },
  ],
};

export const ATTESTATION_TYPES: Record<string, TypedDataField[]> = {
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

export const INVESTOR_CLAIM_TYPES: Record<string, TypedDataField[]> = {
  InvestorClaim: [
    { name: "attestor", type: "address" },
    { name: "wallet", type: "address" },
    { name: "investor", type: "bytes32" },
    { name: "country", type: "uint16" },
    { name: "classes", type: "uint16" },
    { name: "verifiedUntil", type: "uint48" },
    { name: "deadline", type: "uint64" },
    { name: "nonce", type: "uint256" },
  ],
};

export const ACKNOWLEDGEMENT_TYPES: Record<string, TypedDataField[]> = {
  Acknowledgement: [
    { name: "wallet", type: "address" },
    { name: "asset", type: "uint256" },
    { name: "bundleHash", type: "bytes32" },
    { name: "deadline", type: "uint64" },
  ],
};

/** Domain of orders, trades and mandates. */
export function settlementDomain(chainId: bigint, desk: string): TypedDataDomain {
  return { name: "Moiety SettlementDesk", version: "1", chainId, verifyingContract: desk };
}

/** Domain of attestations. */
export function custodyDomain(chainId: bigint, desk: string): TypedDataDomain {
  return { name: "Moiety CustodyDesk", version: "1", chainId, verifyingContract: desk };
}

/** Domain of investor claims. */
export function investorClaimDomain(chainId: bigint, verifier: string): TypedDataDomain {
  return { name: "Moiety SignedClaimVerifier", version: "1", chainId, verifyingContract: verifier };
}

/** Domain of acknowledgements of risk disclosures. */
export function disclosuresDomain(chainId: bigint, disclosures: string): TypedDataDomain {
  return { name: "Moiety Disclosures", version: "1", chainId, verifyingContract: disclosures };
}

export const CUSTODY_MANDATE_TYPES: Record<string, TypedDataField[]> = {
  CustodyMandate: [
    { name: "subjectId", type: "bytes32" },
    { name: "custodian", type: "address" },
    { name: "from", type: "uint64" },
    { name: "until", type: "uint64" },
    { name: "termsHash", type: "bytes32" },
    { name: "nonce", type: "uint256" },
  ],
};

export const HAND_OVER_TYPES: Record<string, TypedDataField[]> = {
  HandOver: [
    { name: "subjectId", type: "bytes32" },
    { name: "from", type: "address" },
    { name: "to", type: "address" },
    { name: "mandateFrom", type: "uint64" },
    { name: "mandateUntil", type: "uint64" },
    { name: "termsHash", type: "bytes32" },
    { name: "evidenceHash", type: "bytes32" },
    { name: "expiresAt", type: "uint64" },
    { name: "nonce", type: "uint256" },
  ],
};

export const RELEASE_TYPES: Record<string, TypedDataField[]> = {
  Release: [
    { name: "subjectId", type: "bytes32" },
    { name: "holder", type: "address" },
    { name: "custodian", type: "address" },
    { name: "shareCount", type: "uint256" },
    { name: "receiptHash", type: "bytes32" },
    { name: "expiresAt", type: "uint64" },
    { name: "nonce", type: "uint256" },
  ],
};

export const REVIEW_TYPES: Record<string, TypedDataField[]> = {
  Review: [
    { name: "proposalId", type: "bytes32" },
    { name: "reviewer", type: "address" },
    { name: "approved", type: "bool" },
    { name: "reasonHash", type: "bytes32" },
    { name: "expiresAt", type: "uint64" },
  ],
};

/** Domain of reviews. */
export function selectionDomain(chainId: bigint, desk: string): TypedDataDomain {
  return { name: "Moiety SelectionDesk", version: "1", chainId, verifyingContract: desk };
}
