// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IComplianceEventLog, Party} from "../standards/IERC8328.sol";

/// @notice The arguments of `recordEvent`, in its order.
struct ComplianceEntry {
    bytes32 subjectId;
    bytes32 subjectType;
    bytes32 eventType;
    bytes32 outcome;
    bytes32 authority;
    Party[] parties;
    bytes32 evidenceHash;
    string evidenceURI;
    bytes32 payloadProfileId;
    bytes payload;
    bytes32 operationRef;
    uint64 occurredAt;
    uint256 correctsIndex;
}

/// @title What was done in the name of compliance (ERC-8328)
/// @notice Freezes, forced transfers, changes of rules and the like, each with who did it, in whose name and on what evidence.
/// The subject of an asset is its ERC-8325 anchor id.
/// @dev Who may record is decided by the authority: the offices that act, and contracts that act for them. An event is corrected
/// by a new one, of the account that recorded it or of a corrector whom compliance named for this one event; nobody else.
/// WARNING: an entry is somebody's word, not proof. Nothing personal belongs in it: it can never be taken back.
interface IComplianceLog is IERC165, IComplianceEventLog {
    /// @notice `corrector` may correct this event besides its actor; zero for nobody.
    event CorrectorNamed(bytes32 indexed subjectId, uint256 indexed eventIndex, address indexed corrector);

    /// @notice Every entry names the hash of its evidence.
    /// @dev Hash what the act rests on: an order, a decision, a report.
    error ComplianceLogZeroEvidence(bytes32 subjectId, bytes32 eventType);
    /// @notice At most 10 parties.
    /// @dev Name those who matter; the evidence has the others.
    error ComplianceLogTooManyParties(uint256 count);
    /// @notice Payload and uri have at most 2,048 bytes each.
    /// @dev Keep the rest with the evidence.
    error ComplianceLogTooLong(uint256 payloadBytes, uint256 uriBytes);
    /// @notice What is recorded happened between `earliest` and now.
    /// @dev Correct the time. What is older than 30 days is recorded as of now, with its real time in the evidence.
    error ComplianceLogInvalidTime(uint64 occurredAt, uint256 earliest, uint256 time);
    /// @notice A correction, and nothing but a correction, names the event that it corrects.
    /// @dev Use the type CORRECTION with the index of the event, or another type with none.
    error ComplianceLogInvalidCorrection(bytes32 eventType, uint256 correctsIndex);
    /// @notice The event was corrected already, by the event at `correctedByIndex`; a second correction would be a fork.
    /// @dev Correct that one.
    error ComplianceLogAlreadyCorrected(bytes32 subjectId, uint256 eventIndex, uint256 correctedByIndex);
    /// @notice Only who recorded the event, or the corrector named for it, corrects it.
    /// @dev Ask `actor`, or have compliance name a corrector.
    error ComplianceLogNotCorrector(bytes32 subjectId, uint256 eventIndex, address account, address actor);
    /// @notice The subject has `count` events.
    /// @dev Use an index below that.
    error ComplianceLogNoEvent(bytes32 subjectId, uint256 eventIndex, uint256 count);
    /// @notice The subject has `count` events of this type.
    /// @dev Use an ordinal below that, or another type.
    error ComplianceLogNoEventOfType(bytes32 subjectId, bytes32 eventType, uint256 ordinal, uint256 count);

    /// @notice Lets `corrector` correct an event besides its actor, who may be a contract or have left. For compliance.
    function nameCorrector(bytes32 subjectId, uint256 eventIndex, address corrector) external;

    /// @notice Who was named to correct an event; zero for nobody.
    function correctorOf(bytes32 subjectId, uint256 eventIndex) external view returns (address);
}
