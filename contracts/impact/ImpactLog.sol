// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {
    IImpactAttestation,
    IImpactSnapshotLog,
    IMethodologyVersioning,
    ImpactAttestation,
    IndicatorSnapshot
} from "../standards/IERC8329.sol";
import {NO_CORRECTION} from "../standards/IERC8330.sol";
import {FootprintShare, IImpactLog} from "./IImpactLog.sol";

/// @title What the assets do to the world, upgradeable (see `IImpactLog`)
contract ImpactLog is IImpactLog, AccessManagedUpgradeable, UUPSUpgradeable {
    struct Methodology {
        bytes32 hash;
        string uri;
    }

    /// @param next in force from `nextFrom` on; none while its hash is zero
    /// @param periods one more than the index of a period's present snapshot
    struct Indicator {
        uint256[] snapshots;
        Methodology active;
        Methodology next;
        uint256 nextFrom;
        mapping(bytes32 period => uint256) periods;
    }

    struct Subject {
        IndicatorSnapshot[] snapshots;
        mapping(bytes32 indicatorId => Indicator) indicators;
        mapping(uint256 snapshotIndex => ImpactAttestation[]) attestations;
        mapping(address account => bool) reporters;
        mapping(address account => bool) attestors;
    }

    /// @custom:storage-location erc7201:moiety.storage.ImpactLog
    struct ImpactLogStorage {
        IShareToken shares;
        mapping(bytes32 subjectId => Subject) subjects;
    }

    // keccak256(abi.encode(uint256(keccak256("moiety.storage.ImpactLog")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant IMPACT_LOG_STORAGE = 0x839287781a22b9d5f8eaad25bcbe660b7bcef2ba15e0db002506f4c2926b5200;

    /// @notice How many snapshots ahead a methodology may be announced.
    uint256 public constant MOST_LOOKAHEAD = 1_000;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Sets who decides about roles, and the register. Called once, while the proxy is made.
    function initialize(address authority_, IShareToken shares_) external initializer {
        __AccessManaged_init(authority_);
        _store().shares = shares_;
    }

    /// @inheritdoc IImpactLog
    function setReporter(uint256 id, address reporter, bool appointed) external restricted {
        bytes32 subjectId = _store().shares.anchorIdOf(id);

        _subject(subjectId).reporters[reporter] = appointed;

        emit ReporterSet(id, subjectId, reporter, appointed);
    }

    /// @inheritdoc IImpactLog
    function setAttestor(uint256 id, address attestor, bool appointed) external restricted {
        bytes32 subjectId = _store().shares.anchorIdOf(id);

        _subject(subjectId).attestors[attestor] = appointed;

        emit AttestorSet(id, subjectId, attestor, appointed);
    }

    /// @inheritdoc IImpactSnapshotLog
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
    ) external returns (uint256) {
        IndicatorSnapshot memory snapshot;
        snapshot.subjectId = subjectId;
        snapshot.indicatorId = indicatorId;
        snapshot.value = value;
        snapshot.decimals = decimals;
        snapshot.unit = unit;
        snapshot.periodStart = periodStart;
        snapshot.periodEnd = periodEnd;
        snapshot.methodologyHash = methodologyHash;
        snapshot.methodologyURI = methodologyURI;
        snapshot.correctsIndex = correctsIndex;
        snapshot.reportedBy = msg.sender;
        snapshot.reportedAt = SafeCast.toUint64(block.timestamp);
        return _record(snapshot);
    }

    /// @inheritdoc IImpactAttestation
    function attestSnapshot(
        bytes32 subjectId,
        uint256 snapshotIndex,
        bool endorsed,
        bytes32 evidenceHash,
        string calldata evidenceURI
    ) external returns (uint256 attestationIndex) {
        Subject storage subject = _subject(subjectId);
        address reportedBy = _snapshot(subjectId, snapshotIndex).reportedBy;
        require(subject.attestors[msg.sender], ImpactLogNotAttestor(subjectId, msg.sender));
        require(msg.sender != reportedBy, ImpactLogSelfAttestation(snapshotIndex, msg.sender));
        require(evidenceHash != 0, ImpactLogNoEvidence(subjectId, snapshotIndex));

        attestationIndex = subject.attestations[snapshotIndex].length;
        subject.attestations[snapshotIndex].push(
            ImpactAttestation(msg.sender, endorsed, evidenceHash, evidenceURI, SafeCast.toUint64(block.timestamp))
        );

        emit SnapshotAttested(subjectId, snapshotIndex, msg.sender, endorsed, evidenceHash, attestationIndex);
    }

    /// @inheritdoc IMethodologyVersioning
    function supersedeMethodology(
        bytes32 subjectId,
        bytes32 indicatorId,
        bytes32 oldMethodologyHash,
        bytes32 newMethodologyHash,
        string calldata newMethodologyURI,
        uint256 effectiveFromOrdinal
    ) external restricted {
        Indicator storage indicator = _subject(subjectId).indicators[indicatorId];
        bytes32 active = _active(indicator).hash;
        uint256 count = indicator.snapshots.length;
        require(
            active != 0 && oldMethodologyHash == active,
            ImpactLogMethodologyNotActive(indicatorId, oldMethodologyHash, active)
        );
        require(
            newMethodologyHash != 0 && bytes(newMethodologyURI).length != 0,
            ImpactLogNoMethodology(newMethodologyHash, newMethodologyURI)
        );
        require(!_isPending(indicator), ImpactLogMethodologyPending(indicatorId, indicator.nextFrom));
        require(
            effectiveFromOrdinal >= count && effectiveFromOrdinal <= count + MOST_LOOKAHEAD,
            ImpactLogInvalidOrdinal(effectiveFromOrdinal, count, count + MOST_LOOKAHEAD)
        );

        if (indicator.next.hash != 0) indicator.active = indicator.next;
        indicator.next = Methodology(newMethodologyHash, newMethodologyURI);
        indicator.nextFrom = effectiveFromOrdinal;

        emit MethodologySuperseded(
            subjectId,
            indicatorId,
            oldMethodologyHash,
            newMethodologyHash,
            effectiveFromOrdinal
        );
    }

    /// @inheritdoc IImpactLog
    function footprintShare(
        uint256 id,
        bytes32 indicatorId,
        uint64 periodStart,
        uint64 periodEnd,
        address holder,
        uint32 record
    ) external view returns (FootprintShare memory share) {
        IShareToken shares = _store().shares;
        bytes32 subjectId = shares.anchorIdOf(id);
        share.snapshotIndex = currentSnapshotForPeriod(subjectId, indicatorId, periodStart, periodEnd);
        share.balance = shares.balanceOfAt(holder, id, record);
        share.supply = shares.supplyAt(id, record);
        require(share.supply != 0, ImpactLogNoSupply(id, record));

        IndicatorSnapshot storage snapshot = _snapshot(subjectId, share.snapshotIndex);
        uint256 size = SignedMath.abs(snapshot.value);
        bool negative = snapshot.value < 0;
        // A balance is at most the supply, so the part is at most the whole, which has 256 bits with its sign.
        share.value = _signed(Math.mulDiv(size, share.balance, share.supply), negative);
        share.remainder = _signed(mulmod(size, share.balance, share.supply), negative);
        share.decimals = snapshot.decimals;
        share.unit = snapshot.unit;
    }

    /// @inheritdoc IImpactLog
    function isReporter(uint256 id, address account) external view returns (bool) {
        return _subject(_store().shares.anchorIdOf(id)).reporters[account];
    }

    /// @inheritdoc IImpactLog
    function isAttestor(uint256 id, address account) external view returns (bool) {
        return _subject(_store().shares.anchorIdOf(id)).attestors[account];
    }

    /// @inheritdoc IImpactSnapshotLog
    function getSnapshot(bytes32 subjectId, uint256 snapshotIndex) external view returns (IndicatorSnapshot memory) {
        return _snapshot(subjectId, snapshotIndex);
    }

    /// @inheritdoc IImpactSnapshotLog
    function snapshotCount(bytes32 subjectId) external view returns (uint256) {
        return _subject(subjectId).snapshots.length;
    }

    /// @inheritdoc IImpactSnapshotLog
    function indicatorSnapshotCount(bytes32 subjectId, bytes32 indicatorId) external view returns (uint256) {
        return _subject(subjectId).indicators[indicatorId].snapshots.length;
    }

    /// @inheritdoc IImpactSnapshotLog
    function indicatorSnapshotAt(
        bytes32 subjectId,
        bytes32 indicatorId,
        uint256 ordinal
    ) external view returns (uint256) {
        uint256[] storage indices = _subject(subjectId).indicators[indicatorId].snapshots;
        require(ordinal < indices.length, ImpactLogUnknownSnapshot(subjectId, indicatorId, ordinal));
        return indices[ordinal];
    }

    /// @inheritdoc IImpactSnapshotLog
    function latestIndicatorSnapshot(bytes32 subjectId, bytes32 indicatorId) external view returns (uint256) {
        uint256[] storage indices = _subject(subjectId).indicators[indicatorId].snapshots;
        require(indices.length != 0, ImpactLogUnknownSnapshot(subjectId, indicatorId, 0));
        return indices[indices.length - 1];
    }

    /// @inheritdoc IImpactSnapshotLog
    function currentSnapshotForPeriod(
        bytes32 subjectId,
        bytes32 indicatorId,
        uint64 periodStart,
        uint64 periodEnd
    ) public view returns (uint256) {
        uint256 place = _subject(subjectId).indicators[indicatorId].periods[_periodKey(periodStart, periodEnd)];
        require(place != 0, ImpactLogUnknownSnapshot(subjectId, indicatorId, 0));
        return place - 1;
    }

    /// @inheritdoc IImpactAttestation
    function attestationCount(bytes32 subjectId, uint256 snapshotIndex) external view returns (uint256) {
        _snapshot(subjectId, snapshotIndex);
        return _subject(subjectId).attestations[snapshotIndex].length;
    }

    /// @inheritdoc IImpactAttestation
    function getAttestation(
        bytes32 subjectId,
        uint256 snapshotIndex,
        uint256 attestationIndex
    ) external view returns (ImpactAttestation memory) {
        ImpactAttestation[] storage attestations = _subject(subjectId).attestations[snapshotIndex];
        require(attestationIndex < attestations.length, ImpactLogUnknownAttestation(snapshotIndex, attestationIndex));
        return attestations[attestationIndex];
    }

    /// @inheritdoc IMethodologyVersioning
    function activeMethodology(
        bytes32 subjectId,
        bytes32 indicatorId
    ) external view returns (bytes32 methodologyHash, string memory methodologyURI) {
        Methodology storage active = _active(_subject(subjectId).indicators[indicatorId]);
        return (active.hash, active.uri);
    }

    /// @inheritdoc IMethodologyVersioning
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
        )
    {
        Indicator storage indicator = _subject(subjectId).indicators[indicatorId];
        if (!_isPending(indicator)) return (0, "", 0, false);
        return (indicator.next.hash, indicator.next.uri, indicator.nextFrom, true);
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return
            interfaceId == type(IERC165).interfaceId ||
            interfaceId == type(IImpactSnapshotLog).interfaceId ||
            interfaceId == type(IImpactAttestation).interfaceId ||
            interfaceId == type(IMethodologyVersioning).interfaceId;
    }

    function _record(IndicatorSnapshot memory snapshot) private returns (uint256 index) {
        Subject storage subject = _subject(snapshot.subjectId);
        Indicator storage indicator = subject.indicators[snapshot.indicatorId];
        bytes32 period = _periodKey(snapshot.periodStart, snapshot.periodEnd);
        _requireRecordable(subject, indicator, snapshot);
        _requireItsTurn(subject, indicator.periods[period], snapshot);

        index = subject.snapshots.length;
        if (indicator.snapshots.length == 0) {
            indicator.active = Methodology(snapshot.methodologyHash, snapshot.methodologyURI);
        }
        if (snapshot.correctsIndex != NO_CORRECTION) subject.snapshots[snapshot.correctsIndex].correctedByIndex = index;
        subject.snapshots.push(snapshot);
        indicator.snapshots.push(index);
        indicator.periods[period] = index + 1;

        _tell(snapshot, index);
    }

    function _tell(IndicatorSnapshot memory snapshot, uint256 index) private {
        emit SnapshotRecorded(
            snapshot.subjectId,
            snapshot.indicatorId,
            index,
            snapshot.value,
            snapshot.decimals,
            snapshot.unit,
            snapshot.periodStart,
            snapshot.periodEnd,
            snapshot.methodologyHash,
            snapshot.correctsIndex,
            snapshot.reportedBy
        );
    }

    function _requireRecordable(
        Subject storage subject,
        Indicator storage indicator,
        IndicatorSnapshot memory snapshot
    ) private view {
        require(subject.reporters[snapshot.reportedBy], ImpactLogNotReporter(snapshot.subjectId, snapshot.reportedBy));
        require(snapshot.indicatorId != 0 && snapshot.unit != 0, ImpactLogUnnamed(snapshot.indicatorId, snapshot.unit));
        require(
            snapshot.periodStart < snapshot.periodEnd && snapshot.periodEnd <= block.timestamp,
            ImpactLogInvalidPeriod(snapshot.periodStart, snapshot.periodEnd, block.timestamp)
        );
        require(
            snapshot.methodologyHash != 0 && bytes(snapshot.methodologyURI).length != 0,
            ImpactLogNoMethodology(snapshot.methodologyHash, snapshot.methodologyURI)
        );
        bytes32 active = _active(indicator).hash;
        require(
            active == 0 || snapshot.methodologyHash == active,
            ImpactLogWrongMethodology(snapshot.indicatorId, snapshot.methodologyHash, active)
        );
    }

    /// The period's present snapshot is the only one that can be corrected: so each is corrected once, and chains neither
    /// fork nor loop.
    /// @param place one more than its index, 0 if there is none
    function _requireItsTurn(Subject storage subject, uint256 place, IndicatorSnapshot memory snapshot) private view {
        uint256 target = snapshot.correctsIndex;
        if (target == NO_CORRECTION && place == 0) return;
        if (target == NO_CORRECTION) {
            revert ImpactLogPeriodTaken(snapshot.indicatorId, snapshot.periodStart, snapshot.periodEnd, place - 1);
        }

        require(
            place != 0 && target == place - 1,
            ImpactLogNotCorrectable(target, snapshot.indicatorId, snapshot.periodStart, snapshot.periodEnd)
        );
        address reportedBy = subject.snapshots[target].reportedBy;
        require(
            reportedBy == snapshot.reportedBy || !subject.reporters[reportedBy],
            ImpactLogNotYours(target, reportedBy, snapshot.reportedBy)
        );
    }

    function _active(Indicator storage indicator) private view returns (Methodology storage) {
        bool superseded = indicator.next.hash != 0 && indicator.snapshots.length >= indicator.nextFrom;
        return superseded ? indicator.next : indicator.active;
    }

    function _isPending(Indicator storage indicator) private view returns (bool) {
        return indicator.next.hash != 0 && indicator.snapshots.length < indicator.nextFrom;
    }

    function _snapshot(bytes32 subjectId, uint256 index) private view returns (IndicatorSnapshot storage) {
        IndicatorSnapshot[] storage snapshots = _subject(subjectId).snapshots;
        require(index < snapshots.length, ImpactLogUnknownSnapshot(subjectId, 0, index));
        return snapshots[index];
    }

    /// The smallest number there is has a size that only fits without a sign; wrapping gives it back.
    function _signed(uint256 size, bool negative) private pure returns (int256) {
        unchecked {
            return negative ? int256(0 - size) : int256(size);
        }
    }

    function _periodKey(uint64 periodStart, uint64 periodEnd) private pure returns (bytes32) {
        return bytes32((uint256(periodStart) << 64) | periodEnd);
    }

    function _subject(bytes32 subjectId) private view returns (Subject storage) {
        return _store().subjects[subjectId];
    }

    function _store() private pure returns (ImpactLogStorage storage store) {
        assembly {
            store.slot := IMPACT_LOG_STORAGE
        }
    }

    function _authorizeUpgrade(address) internal override restricted {}
}
