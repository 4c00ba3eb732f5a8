// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title The words of ERC-8328 that the suite itself uses
/// @notice Hashes of the standard's identifiers. Others are `keccak256("ERC-8328:…")` in the same way.
library ComplianceWords {
    bytes32 internal constant SUBJECT_ASSET = keccak256("ERC-8328:SUBJECT_TYPE:ASSET");

    bytes32 internal constant FREEZE = keccak256("ERC-8328:EVENT_TYPE:FREEZE:V1");
    bytes32 internal constant UNFREEZE = keccak256("ERC-8328:EVENT_TYPE:UNFREEZE:V1");
    bytes32 internal constant FORCED_TRANSFER = keccak256("ERC-8328:EVENT_TYPE:FORCED_TRANSFER:V1");
    bytes32 internal constant POLICY_CHANGE = keccak256("ERC-8328:EVENT_TYPE:POLICY_CHANGE:V1");
    bytes32 internal constant CORRECTION = keccak256("ERC-8328:EVENT_TYPE:CORRECTION:V1");

    bytes32 internal constant EXECUTED = keccak256("ERC-8328:OUTCOME:EXECUTED");
    bytes32 internal constant INTERNAL_POLICY = keccak256("ERC-8328:AUTHORITY:INTERNAL_POLICY:V1");

    bytes32 internal constant SENDER = keccak256("ERC-8328:PARTY_ROLE:SENDER");
    bytes32 internal constant RECEIVER = keccak256("ERC-8328:PARTY_ROLE:RECEIVER");
    bytes32 internal constant TARGET = keccak256("ERC-8328:PARTY_ROLE:TARGET");

    /// @dev Payload: `abi.encode(address target, uint256 amount, uint64 expiresAt, bytes32 reason)`.
    bytes32 internal constant FREEZE_PAYLOAD = keccak256("ERC-8328:PAYLOAD:FREEZE:V1");
    /// @dev Payload: `abi.encode(address from, address to, uint256 amount, bytes32 legalBasis)`.
    bytes32 internal constant FORCED_TRANSFER_PAYLOAD = keccak256("ERC-8328:PAYLOAD:FORCED_TRANSFER:V1");
}
