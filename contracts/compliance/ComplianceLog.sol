// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ComplianceEvent, IComplianceEventLog, NO_CORRECTED_BY, NO_CORRECTION, Party} from "../standards/IERC8328.sol";
import {ComplianceWords} from "./ComplianceWords.sol";
import {ComplianceEntry, IComplianceLog} from "./IComplianceLog.sol";

/// @title What was done in the name of compliance (see `IComplianceLog`)
/// @dev Not upgradeable: new code could rewrite what the standard wants immutable.
contract ComplianceLog is IComplianceLog, AccessManaged {
    uint256 public constant MAX_PARTIES = 10;
    uint256 public constant MAX_BYTES = 2048;
    /// An original may be recorded this long after it happened; a correction as long as the event that it corrects, too.
    uint256 public constant MAX_BACKDATING = 30 days;

    mapping(bytes32 subjectId => ComplianceEvent[]) private _events;
    mapping(bytes32 subjectId => mapping(bytes32 eventType => uint256[] indices)) private _indicesByType;
    mapping(bytes32 subjectId => mapping(uint256 eventIndex => address)) private _correctors;

    constructor(address authority_) AccessManaged(authority_) {}

    /// @inheritdoc IComplianceEventLog
    /// @dev Thirteen arguments do not fit the stack: this file is compiled with `viaIR` (hardhat.config.ts).
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
    ) external restricted returns (uint256) {
        return
            _record(
                ComplianceEntry(
                    subjectId,
                    subjectType,
                    eventType,
                    outcome,
                    authority,
                    parties,
                    evidenceHash,
                    evidenceURI,
                    payloadProfileId,
                    payload,
                    operationRef,
                    occurredAt,
                    correctsIndex
                )
            );
    }

    /// @inheritdoc IComplianceLog
    function nameCorrector(bytes32 subjectId, uint256 eventIndex, address corrector) external restricted {
        _existing(subjectId, eventIndex);

        _correctors[subjectId][eventIndex] = corrector;

        emit CorrectorNamed(subjectId, eventIndex, corrector);
    }

    /// @inheritdoc IComplianceEventLog
    function getEvent(bytes32 subjectId, uint256 eventIndex) external view returns (ComplianceEvent memory) {
        return _existing(subjectId, eventIndex);
    }

    /// @inheritdoc IComplianceEventLog
    function currentEventIndex(bytes32 subjectId, uint256 eventIndex) external view returns (uint256) {
        uint256 next = _existing(subjectId, eventIndex).correctedByIndex;
        while (next != NO_CORRECTED_BY) {
            eventIndex = next;
            next = _events[subjectId][eventIndex].correctedByIndex;
        }
        return eventIndex;
    }

    /// @inheritdoc IComplianceEventLog
    function isEventCurrent(bytes32 subjectId, uint256 eventIndex) external view returns (bool) {
        return _existing(subjectId, eventIndex).correctedByIndex == NO_CORRECTED_BY;
    }

    /// @inheritdoc IComplianceEventLog
    function eventCount(bytes32 subjectId) external view returns (uint256) {
        return _events[subjectId].length;
    }

    /// @inheritdoc IComplianceEventLog
    function eventCountByType(bytes32 subjectId, bytes32 eventType) external view returns (uint256) {
        return _indicesByType[subjectId][eventType].length;
    }

    /// @inheritdoc IComplianceEventLog
    function eventByTypeAt(bytes32 subjectId, bytes32 eventType, uint256 ordinal) external view returns (uint256) {
        uint256[] storage indices = _indicesByType[subjectId][eventType];
        require(ordinal < indices.length, ComplianceLogNoEventOfType(subjectId, eventType, ordinal, indices.length));
        return indices[ordinal];
    }

    /// @inheritdoc IComplianceEventLog
    function lastRecordedEventByType(bytes32 subjectId, bytes32 eventType) external view returns (uint256) {
        uint256[] storage indices = _indicesByType[subjectId][eventType];
        require(indices.length != 0, ComplianceLogNoEventOfType(subjectId, eventType, 0, 0));
        return indices[indices.length - 1];
    }

    /// @inheritdoc IComplianceLog
    function correctorOf(bytes32 subjectId, uint256 eventIndex) external view returns (address) {
        return _correctors[subjectId][eventIndex];
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IERC165).interfaceId || interfaceId == type(IComplianceEventLog).interfaceId;
    }

    function _record(ComplianceEntry memory entry) private returns (uint256 eventIndex) {
        bytes32 subjectId = entry.subjectId;
        _requireBounded(entry);
        _requireInTime(entry.occurredAt, _correctedTime(entry));
        eventIndex = _events[subjectId].length;

        if (entry.correctsIndex != NO_CORRECTION) {
            _events[subjectId][entry.correctsIndex].correctedByIndex = eventIndex;
        }
        _append(_events[subjectId].push(), entry);
        _indicesByType[subjectId][entry.eventType].push(eventIndex);

        emit ComplianceEventRecorded(
            subjectId,
            entry.eventType,
            msg.sender,
            eventIndex,
            entry.outcome,
            entry.authority,
            entry.occurredAt,
            entry.correctsIndex
        );
    }

    function _append(ComplianceEvent storage appended, ComplianceEntry memory entry) private {
        appended.subjectId = entry.subjectId;
        appended.subjectType = entry.subjectType;
        appended.eventType = entry.eventType;
        appended.outcome = entry.outcome;
        appended.actor = msg.sender;
        appended.authority = entry.authority;
        for (uint256 i = 0; i < entry.parties.length; ++i) appended.parties.push(entry.parties[i]);
        appended.evidenceHash = entry.evidenceHash;
        appended.evidenceURI = entry.evidenceURI;
        appended.payloadProfileId = entry.payloadProfileId;
        appended.payload = entry.payload;
        appended.operationRef = entry.operationRef;
        appended.occurredAt = entry.occurredAt;
        appended.recordedAt = SafeCast.toUint64(block.timestamp);
        appended.correctsIndex = entry.correctsIndex;
    }

    function _requireBounded(ComplianceEntry memory entry) private pure {
        require(entry.evidenceHash != 0, ComplianceLogZeroEvidence(entry.subjectId, entry.eventType));
        require(entry.parties.length <= MAX_PARTIES, ComplianceLogTooManyParties(entry.parties.length));
        uint256 uriBytes = bytes(entry.evidenceURI).length;
        require(
            entry.payload.length <= MAX_BYTES && uriBytes <= MAX_BYTES,
            ComplianceLogTooLong(entry.payload.length, uriBytes)
        );
    }

    /// The time of the event that is corrected, if one is and if the sender may; else the end of time, which allows nothing more.
    function _correctedTime(ComplianceEntry memory entry) private view returns (uint256) {
        (bytes32 subjectId, uint256 corrected) = (entry.subjectId, entry.correctsIndex);
        require(
            (entry.eventType == ComplianceWords.CORRECTION) == (corrected != NO_CORRECTION),
            ComplianceLogInvalidCorrection(entry.eventType, corrected)
        );
        if (corrected == NO_CORRECTION) return type(uint256).max;

        ComplianceEvent storage target = _existing(subjectId, corrected);
        require(
            target.correctedByIndex == NO_CORRECTED_BY,
            ComplianceLogAlreadyCorrected(subjectId, corrected, target.correctedByIndex)
        );
        require(
            msg.sender == target.actor || msg.sender == _correctors[subjectId][corrected],
            ComplianceLogNotCorrector(subjectId, corrected, msg.sender, target.actor)
        );
        return target.occurredAt;
    }

    function _requireInTime(uint64 occurredAt, uint256 correctedTime) private view {
        uint256 usual = block.timestamp < MAX_BACKDATING ? 0 : block.timestamp - MAX_BACKDATING;
        uint256 earliest = correctedTime < usual ? correctedTime : usual;
        require(
            occurredAt >= earliest && occurredAt <= block.timestamp,
            ComplianceLogInvalidTime(occurredAt, earliest, block.timestamp)
        );
    }

    function _existing(bytes32 subjectId, uint256 eventIndex) private view returns (ComplianceEvent storage) {
        ComplianceEvent[] storage events = _events[subjectId];
        require(eventIndex < events.length, ComplianceLogNoEvent(subjectId, eventIndex, events.length));
        return events[eventIndex];
    }
}
