// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

// ERC-8330, subject-linked net asset values: a draft (Last Call, not final, when written), so its ids may still change.

/// @dev `correctsIndex` of a snapshot that corrects nothing.
uint256 constant NO_CORRECTION = type(uint256).max;

/// @dev What a value is the value of: a unit of the thing, a share of it, or all of it.
bytes32 constant NAV_PER_UNIT = keccak256("ERC-8330:NAV_BASIS:PER_UNIT");
bytes32 constant NAV_PER_SHARE = keccak256("ERC-8330:NAV_BASIS:PER_SHARE");
bytes32 constant NAV_TOTAL = keccak256("ERC-8330:NAV_BASIS:TOTAL");

/// @notice One published value, `nav × 10^-decimals`. `correctedByIndex` is 0 while nothing corrects it.
struct NAVSnapshot {
    bytes32 subjectId;
    bytes32 currency;
    bytes32 navBasis;
    int256 nav;
    uint8 decimals;
    uint64 valuationTimestamp;
    uint64 publishedAt;
    address provider;
    bytes32 methodologyHash;
    string methodologyURI;
    uint256 correctsIndex;
    uint256 correctedByIndex;
}

/// @title Net asset values per subject and currency (draft)
interface INAVSnapshotOracle {
    event NAVPublished(
        bytes32 indexed subjectId,
        bytes32 indexed currency,
        address indexed provider,
        uint256 snapshotIndex,
        int256 nav,
        uint8 decimals,
        bytes32 navBasis,
        uint64 valuationTimestamp,
        bytes32 methodologyHash,
        uint256 correctsIndex
    );
    event StalenessConfigUpdated(
        bytes32 indexed subjectId,
        bytes32 indexed currency,
        uint64 heartbeat,
        uint64 maxValuationAge
    );
    event NAVBasisConfigured(bytes32 indexed subjectId, bytes32 indexed currency, bytes32 navBasis);
    event NAVSnapshotInvalidated(
        bytes32 indexed subjectId,
        bytes32 indexed currency,
        address indexed provider,
        uint256 snapshotIndex,
        address invalidatedBy,
        bytes32 reasonHash
    );

    /// @notice Keeps the caller's value. `correctsIndex` is `NO_CORRECTION`, or the caller's own value that this one corrects.
    function publishNAV(
        bytes32 subjectId,
        bytes32 currency,
        bytes32 navBasis,
        int256 nav,
        uint8 decimals,
        uint64 valuationTimestamp,
        bytes32 methodologyHash,
        string calldata methodologyURI,
        uint256 correctsIndex
    ) external returns (uint256 snapshotIndex);

    /// @notice Says once and for all what the values of a stream are the value of.
    function setNAVBasis(bytes32 subjectId, bytes32 currency, bytes32 navBasis) external;

    /// @notice Takes a value out of every current question; its record stays.
    function invalidateSnapshot(
        bytes32 subjectId,
        bytes32 currency,
        uint256 snapshotIndex,
        bytes32 reasonHash
    ) external;

    function isSnapshotInvalidated(
        bytes32 subjectId,
        bytes32 currency,
        uint256 snapshotIndex
    ) external view returns (bool);

    /// @notice How long after its publication, and after the instant it speaks of, a value counts. The last second counts.
    function setStalenessConfig(bytes32 subjectId, bytes32 currency, uint64 heartbeat, uint64 maxValuationAge) external;

    /// @notice Zero while nobody has said it.
    function streamNAVBasis(bytes32 subjectId, bytes32 currency) external view returns (bytes32 navBasis);

    /// @notice The value of the latest valuation, stale or not.
    function latestNAV(
        bytes32 subjectId,
        bytes32 currency
    )
        external
        view
        returns (
            int256 nav,
            uint8 decimals,
            bytes32 navBasis,
            uint64 valuationTimestamp,
            uint64 publishedAt,
            address provider
        );

    /// @notice The same, and whether it is stale.
    function latestNAVStatus(
        bytes32 subjectId,
        bytes32 currency
    )
        external
        view
        returns (
            int256 nav,
            uint8 decimals,
            bytes32 navBasis,
            uint64 valuationTimestamp,
            uint64 publishedAt,
            address provider,
            bool isPublishStale,
            bool isValuationStale
        );

    function getSnapshot(
        bytes32 subjectId,
        bytes32 currency,
        uint256 snapshotIndex
    ) external view returns (NAVSnapshot memory);

    /// @notice Where the corrections of a value end.
    function currentSnapshotIndex(
        bytes32 subjectId,
        bytes32 currency,
        uint256 snapshotIndex
    ) external view returns (uint256);

    function isSnapshotCurrent(bytes32 subjectId, bytes32 currency, uint256 snapshotIndex) external view returns (bool);

    function snapshotCount(bytes32 subjectId, bytes32 currency) external view returns (uint256);

    function latestNAVByProvider(
        bytes32 subjectId,
        bytes32 currency,
        address provider
    ) external view returns (NAVSnapshot memory);

    function providerSnapshotCount(
        bytes32 subjectId,
        bytes32 currency,
        address provider
    ) external view returns (uint256);

    function providerSnapshotAt(
        bytes32 subjectId,
        bytes32 currency,
        address provider,
        uint256 ordinal
    ) external view returns (uint256 snapshotIndex);

    function heartbeat(bytes32 subjectId, bytes32 currency) external view returns (uint64);

    function maxValuationAge(bytes32 subjectId, bytes32 currency) external view returns (uint64);
}

/// @title Several providers, one value (draft)
interface INAVAggregation {
    event NAVDeviationDetected(
        bytes32 indexed subjectId,
        bytes32 indexed currency,
        uint64 valuationTimestamp,
        int256 minNav,
        int256 maxNav,
        uint256 deviationBps
    );
    event AggregationConfigUpdated(
        bytes32 indexed subjectId,
        bytes32 indexed currency,
        uint256 quorum,
        uint256 deviationThresholdBps
    );

    /// @notice How many providers have to speak of the same instant, and how far apart they may be.
    function setAggregationConfig(
        bytes32 subjectId,
        bytes32 currency,
        uint256 quorum,
        uint256 deviationThresholdBps
    ) external;

    /// @notice The lower median of the latest instant of which enough providers speak.
    function aggregatedNAV(
        bytes32 subjectId,
        bytes32 currency
    )
        external
        view
        returns (
            int256 nav,
            uint8 decimals,
            bytes32 navBasis,
            uint64 valuationTimestamp,
            uint256 providerCount,
            bool isPublishStale,
            bool isValuationStale
        );

    function providerSubmissionCount(bytes32 subjectId, bytes32 currency) external view returns (uint256);

    function providerSubmissionAt(
        bytes32 subjectId,
        bytes32 currency,
        uint256 index
    )
        external
        view
        returns (
            uint256 snapshotIndex,
            address provider,
            int256 nav,
            uint8 decimals,
            bytes32 navBasis,
            uint64 valuationTimestamp,
            uint64 publishedAt
        );

    function latestAggregationTimestamp(bytes32 subjectId, bytes32 currency) external view returns (uint64);

    function quorum(bytes32 subjectId, bytes32 currency) external view returns (uint256);

    function deviationThreshold(bytes32 subjectId, bytes32 currency) external view returns (uint256);
}
