// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

// ERC-8329, subject-linked impact snapshots (Last Call, not final, when written). A snapshot that corrects nothing names
// `NO_CORRECTION`, which ERC-8330 shares.

/// @notice One measured quantity, `value × 10^-decimals` of `unit`, from `periodStart` until before `periodEnd`. `correctedByIndex`
/// is 0 while nothing corrects it.
struct IndicatorSnapshot {
    bytes32 subjectId;
    bytes32 indicatorId;
    int256 value;
    uint8 decimals;
    bytes32 unit;
    uint64 periodStart;
    uint64 periodEnd;
    bytes32 methodologyHash;
    string methodologyURI;
    address reportedBy;
    uint64 reportedAt;
    uint256 correctsIndex;
    uint256 correctedByIndex;
}

/// @notice What somebody else says of a snapshot.
struct ImpactAttestation {
    address attestor;
    bool endorsed;
    bytes32 evidenceHash;
    string evidenceURI;
    uint64 attestedAt;
}

/// @title Measured quantities per subject, indicator and period
interface IImpactSnapshotLog {
    event SnapshotRecorded(
        bytes32 indexed subjectId,
        bytes32 indexed indicatorId,
        uint256 indexed snapshotIndex,
        int256 value,
        uint8 decimals,
        bytes32 unit,
        uint64 periodStart,
        uint64 periodEnd,
        bytes32 methodologyHash,
        uint256 correctsIndex,
        address reportedBy
    );

    /// @notice Keeps the caller's measurement of a period that is over. `correctsIndex` is `NO_CORRECTION`, or the one it corrects.
    function recordSnapshot(
        bytes32 subjectId,
        bytes32 indicatorId,
        int256 value,
        uint8 decimals,
        bytes32 unit,
        uint64 periodStart,
        uint64 periodEnd,
        bytes32 methodologyHash,
        string calldata methodologyURI,
        uint256 correctsIndex
    ) external returns (uint256 snapshotIndex);

    function getSnapshot(bytes32 subjectId, uint256 snapshotIndex) external view returns (IndicatorSnapshot memory);

    function snapshotCount(bytes32 subjectId) external view returns (uint256);

    function indicatorSnapshotCount(bytes32 subjectId, bytes32 indicatorId) external view returns (uint256);

    function indicatorSnapshotAt(
        bytes32 subjectId,
        bytes32 indicatorId,
        uint256 ordinal
    ) external view returns (uint256 snapshotIndex);

    /// @notice The one recorded last, of whatever period.
    function latestIndicatorSnapshot(
        bytes32 subjectId,
        bytes32 indicatorId
    ) external view returns (uint256 snapshotIndex);

    /// @notice Where the corrections of a period end.
    function currentSnapshotForPeriod(
        bytes32 subjectId,
        bytes32 indicatorId,
        uint64 periodStart,
        uint64 periodEnd
    ) external view returns (uint256 snapshotIndex);
}

/// @title Somebody else's word about a measurement
interface IImpactAttestation {
    event SnapshotAttested(
        bytes32 indexed subjectId,
        uint256 indexed snapshotIndex,
        address indexed attestor,
        bool endorsed,
        bytes32 evidenceHash,
        uint256 attestationIndex
    );

    /// @notice Endorses or disputes a measurement, for good.
    function attestSnapshot(
        bytes32 subjectId,
        uint256 snapshotIndex,
        bool endorsed,
        bytes32 evidenceHash,
        string calldata evidenceURI
    ) external returns (uint256 attestationIndex);

    function attestationCount(bytes32 subjectId, uint256 snapshotIndex) external view returns (uint256);

    function getAttestation(
        bytes32 subjectId,
        uint256 snapshotIndex,
        uint256 attestationIndex
    ) external view returns (ImpactAttestation memory);
}

/// @title How it is measured, and from when on differently
interface IMethodologyVersioning {
    event MethodologySuperseded(
        bytes32 indexed subjectId,
        bytes32 indexed indicatorId,
        bytes32 oldMethodologyHash,
        bytes32 newMethodologyHash,
        uint256 effectiveFromOrdinal
    );

    /// @notice Announces another methodology from an indicator's snapshot number `effectiveFromOrdinal` on.
    function supersedeMethodology(
        bytes32 subjectId,
        bytes32 indicatorId,
        bytes32 oldMethodologyHash,
        bytes32 newMethodologyHash,
        string calldata newMethodologyURI,
        uint256 effectiveFromOrdinal
    ) external;

    /// @notice What the next snapshot has to use; zero before the first.
    function activeMethodology(
        bytes32 subjectId,
        bytes32 indicatorId
    ) external view returns (bytes32 methodologyHash, string memory methodologyURI);

    /// @notice What is announced and not yet in force.
    function pendingMethodology(
        bytes32 subjectId,
        bytes32 indicatorId
    )
        external
        view
        returns (
            bytes32 newMethodologyHash,
            string memory newMethodologyURI,
            uint256 effectiveFromOrdinal,
            bool pending
        );
}
