// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IImpactAttestation, IImpactSnapshotLog, IMethodologyVersioning} from "../standards/IERC8329.sol";

/// @notice A holder's part of a footprint.
/// @param value his part, rounded towards zero, `value × 10^-decimals` of `unit`
/// @param remainder what rounding took from him, in parts of 1/`supply`, with the sign of the footprint: over all holders,
/// Σ (value × supply + remainder) is the whole footprint × supply
/// @param balance, supply his shares and all shares at the record
struct FootprintShare {
    int256 value;
    int256 remainder;
    uint8 decimals;
    bytes32 unit;
    uint256 balance;
    uint256 supply;
    uint256 snapshotIndex;
}

/// @title What the assets do to the world (ERC-8329 with attestation and methodology)
/// @notice Keeps what was measured per asset (its anchor id is the subject), indicator and period, for good. A correction is a
/// new measurement that names the one it corrects; each is corrected once, so that there is one present value for a period.
/// @dev Who does what: the issuer appoints reporters and supersedes methodologies; compliance appoints attestors. A reporter corrects his
/// own measurements; those of a reporter whose appointment was taken back may be corrected by any that is appointed now. A methodology
/// is announced at most `MOST_LOOKAHEAD` snapshots ahead, its hash is keccak-256 of the document's bytes, and subject, indicator and unit are never zero.
/// WARNING: measurements are somebody's word. Periods may overlap, and whether indicators may be added up is the methodology's question.
interface IImpactLog is IERC165, IImpactSnapshotLog, IImpactAttestation, IMethodologyVersioning {
    event ReporterSet(uint256 indexed id, bytes32 indexed subjectId, address indexed reporter, bool appointed);
    event AttestorSet(uint256 indexed id, bytes32 indexed subjectId, address indexed attestor, bool appointed);

    /// @notice The caller does not report about this subject.
    /// @dev Ask the issuer to appoint the reporter for this asset.
    error ImpactLogNotReporter(bytes32 subjectId, address caller);
    /// @notice The caller does not attest to this subject.
    /// @dev Ask compliance to appoint the attestor for this asset.
    error ImpactLogNotAttestor(bytes32 subjectId, address caller);
    /// @notice Indicator and unit have to be named.
    /// @dev Name both.
    error ImpactLogUnnamed(bytes32 indicatorId, bytes32 unit);
    /// @notice A period ends after it begins, and is over.
    /// @dev Correct the period, or record it when it is over.
    error ImpactLogInvalidPeriod(uint64 periodStart, uint64 periodEnd, uint256 time);
    /// @notice A measurement needs the hash of its methodology, and where to get it.
    /// @dev Give both.
    error ImpactLogNoMethodology(bytes32 methodologyHash, string methodologyURI);
    /// @notice The indicator is measured by another methodology now.
    /// @dev Measure by the active one, or have the issuer supersede it.
    error ImpactLogWrongMethodology(bytes32 indicatorId, bytes32 methodologyHash, bytes32 active);
    /// @notice The period has its measurement.
    /// @dev Correct `snapshotIndex` instead.
    error ImpactLogPeriodTaken(bytes32 indicatorId, uint64 periodStart, uint64 periodEnd, uint256 snapshotIndex);
    /// @notice Only the present measurement of the same indicator and period can be corrected.
    /// @dev Correct the one that `currentSnapshotForPeriod` tells.
    error ImpactLogNotCorrectable(uint256 snapshotIndex, bytes32 indicatorId, uint64 periodStart, uint64 periodEnd);
    /// @notice Somebody else reported it, and still reports.
    /// @dev Ask him to correct it.
    error ImpactLogNotYours(uint256 snapshotIndex, address reportedBy, address caller);
    /// @notice There is no such snapshot, or none for the indicator or period.
    /// @dev Check the numbers; the counts say how many there are.
    error ImpactLogUnknownSnapshot(bytes32 subjectId, bytes32 indicatorId, uint256 index);
    /// @notice A word about a measurement needs evidence.
    /// @dev Give the hash of the evidence.
    error ImpactLogNoEvidence(bytes32 subjectId, uint256 snapshotIndex);
    /// @notice Whoever reported a measurement cannot be its attestor.
    /// @dev Ask somebody else.
    error ImpactLogSelfAttestation(uint256 snapshotIndex, address attestor);
    /// @notice The snapshot has no such attestation.
    /// @dev Check the index; `attestationCount` says how many there are.
    error ImpactLogUnknownAttestation(uint256 snapshotIndex, uint256 attestationIndex);
    /// @notice `old` is not the active methodology.
    /// @dev Name the active one; `activeMethodology` tells it.
    error ImpactLogMethodologyNotActive(bytes32 indicatorId, bytes32 old, bytes32 active);
    /// @notice Another methodology is announced already.
    /// @dev Wait until it is in force.
    error ImpactLogMethodologyPending(bytes32 indicatorId, uint256 effectiveFromOrdinal);
    /// @notice A methodology cannot begin in the past, nor further ahead than `latest`.
    /// @dev Name a number from `earliest` to `latest`.
    error ImpactLogInvalidOrdinal(uint256 effectiveFromOrdinal, uint256 earliest, uint256 latest);
    /// @notice Nobody held shares at the record.
    /// @dev Use a later record.
    error ImpactLogNoSupply(uint256 id, uint32 record);

    /// @notice Appoints a reporter for one asset, or takes the appointment back. For the issuer.
    function setReporter(uint256 id, address reporter, bool appointed) external;

    /// @notice Appoints an attestor for one asset, or takes the appointment back. For compliance.
    function setAttestor(uint256 id, address attestor, bool appointed) external;

    function isReporter(uint256 id, address account) external view returns (bool);

    function isAttestor(uint256 id, address account) external view returns (bool);

    /// @notice A holder's part of an asset's present footprint in a period, by what he and all held at a record:
    /// footprint × balance ÷ supply, rounded towards zero, with the remainder named.
    function footprintShare(
        uint256 id,
        bytes32 indicatorId,
        uint64 periodStart,
        uint64 periodEnd,
        address holder,
        uint32 record
    ) external view returns (FootprintShare memory);
}
