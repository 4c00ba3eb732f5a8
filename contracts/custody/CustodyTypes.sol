// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

// What is signed has its EIP-712 type in docs/formats.md, section 1.

/// @notice What a custodian or an inspector signs about the thing behind an asset.
/// @param subjectId the asset's ERC-8325 anchor id
/// @param kind 0 existence, 1 condition, 2 location, 3 insurance
/// @param attester who signs
/// @param evidenceHash hash of what was seen: a report, photographs, a policy
/// @param amount counted quantity or insured value; zero if none
/// @param unit its unit, ASCII, right-padded; zero if none
/// @param asOf when it was seen
/// @param expiresAt last second in which it holds
/// @param nonce unordered, used once per attester
struct Attestation {
    bytes32 subjectId;
    uint8 kind;
    address attester;
    bytes32 evidenceHash;
    uint256 amount;
    bytes32 unit;
    uint64 asOf;
    uint64 expiresAt;
    uint256 nonce;
}

/// @notice On what terms somebody keeps the thing.
/// @param from first second in which it holds; accepted from then on
/// @param until last second in which it holds
/// @param termsHash hash of the contract between issuer and custodian
struct CustodyMandate {
    address custodian;
    uint64 from;
    uint64 until;
    bytes32 termsHash;
}

/// @notice What both custodians sign when the thing passes from one to the other.
/// @param subjectId the asset's ERC-8325 anchor id
/// @param from who answers for it until then
/// @param to who answers for it from then on
/// @param mandateFrom first second of the new mandate; the hand-over is not before it
/// @param mandateUntil last second of the new mandate
/// @param termsHash terms of the new mandate
/// @param evidenceHash hash of the protocol in which both say what was handed over, and in which condition
/// @param expiresAt last second in which this may be carried out
/// @param nonce unordered; neither of the two may have used or revoked it
struct HandOver {
    bytes32 subjectId;
    address from;
    address to;
    uint64 mandateFrom;
    uint64 mandateUntil;
    bytes32 termsHash;
    bytes32 evidenceHash;
    uint64 expiresAt;
    uint256 nonce;
}

/// @notice What holder and custodian sign when the thing itself is given to the one who holds all its shares.
/// @param subjectId the asset's ERC-8325 anchor id
/// @param holder whose shares are redeemed
/// @param custodian who gives the thing out
/// @param shareCount all shares there are
/// @param receiptHash hash of the receipt
/// @param expiresAt last second in which this may be carried out
/// @param nonce unordered; neither of the two may have used or revoked it
struct Release {
    bytes32 subjectId;
    address holder;
    address custodian;
    uint256 shareCount;
    bytes32 receiptHash;
    uint64 expiresAt;
    uint256 nonce;
}

/// @notice Something that happened to the thing. Times of zero: not yet.
/// @param kind 0 loss, 1 damage, 2 lien
struct Incident {
    uint8 kind;
    address reporter;
    uint64 occurredAt;
    uint64 reportedAt;
    uint64 resolvedAt;
    bytes32 evidenceHash;
    bytes32 resolutionHash;
}

/// @notice ERC-7578: an amount of a currency by its ISO 4217 code, in that currency's smallest unit.
struct Amount {
    string currency;
    uint256 value;
}

/// @notice The fields of ERC-7578.
/// @param tokenIssuer legal person that issues the shares
/// @param assetHolder legal owner of the thing
/// @param storageLocation where it is
/// @param terms where the terms are written under which it is given out
/// @param jurisdiction whose law governs
/// @param declaredValue what it was declared to be worth
struct Properties {
    string tokenIssuer;
    string assetHolder;
    string storageLocation;
    string terms;
    string jurisdiction;
    Amount declaredValue;
}
