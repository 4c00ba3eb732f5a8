// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

// ERC-8328, log of compliance events (status Review when written, 2026-07). Types, outcomes, authorities, roles and payload
// profiles are hashes of the standard's words: `ComplianceWords`.

/// @dev `correctsIndex` of an event that corrects none.
uint256 constant NO_CORRECTION = type(uint256).max;

/// @dev `correctedByIndex` of an event that nobody corrected. Index 0 can never be a correction.
uint256 constant NO_CORRECTED_BY = 0;

/// @notice Somebody who is concerned, and as what.
struct Party {
    address addr;
    bytes32 role;
}

/// @notice What somebody says happened. Only `correctedByIndex` ever changes, once.
struct ComplianceEvent {
    bytes32 subjectId;
    bytes32 subjectType;
    bytes32 eventType;
    bytes32 outcome;
    address actor;
    bytes32 authority;
    Party[] parties;
    bytes32 evidenceHash;
    string evidenceURI;
    bytes32 payloadProfileId;
    bytes payload;
    bytes32 operationRef;
    uint64 occurredAt;
    uint64 recordedAt;
    uint256 correctsIndex;
    uint256 correctedByIndex;
}

/// @title Log of compliance events (ERC-165 id 0x67640da1)
interface IComplianceEventLog {
    event ComplianceEventRecorded(
        bytes32 indexed subjectId,
        bytes32 indexed eventType,
        address indexed actor,
        uint256 eventIndex,
        bytes32 outcome,
        bytes32 authority,
        uint64 occurredAt,
        uint256 correctsIndex
    );

    /// @notice Appends an event to its subject's list and returns its place there.
    function recordEvent(
        bytes32 subjectId,
        bytes32 subjectType,
        bytes32 eventType,
        bytes32 outcome,
        bytes32 authority,
        Party[] calldata parties,
        bytes32 evidenceHash,
        string calldata evidenceURI,
        bytes32 payloadProfileId,
        bytes calldata payload,
        bytes32 operationRef,
        uint64 occurredAt,
        uint256 correctsIndex
    ) external returns (uint256 eventIndex);

    function getEvent(bytes32 subjectId, uint256 eventIndex) external view returns (ComplianceEvent memory);

    /// @notice The last word on an event: itself, or the end of its chain of corrections.
    function currentEventIndex(bytes32 subjectId, uint256 eventIndex) external view returns (uint256);
    function isEventCurrent(bytes32 subjectId, uint256 eventIndex) external view returns (bool);
    function eventCount(bytes32 subjectId) external view returns (uint256);
    function eventCountByType(bytes32 subjectId, bytes32 eventType) external view returns (uint256);
    function eventByTypeAt(
        bytes32 subjectId,
        bytes32 eventType,
        uint256 ordinal
    ) external view returns (uint256 eventIndex);

    /// @notice The last recorded event of a type, which need not be the last that occurred, nor be current.
    function lastRecordedEventByType(bytes32 subjectId, bytes32 eventType) external view returns (uint256 eventIndex);
}
