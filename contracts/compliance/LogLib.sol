// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {BoundedCallLib} from "../calls/BoundedCallLib.sol";
import {IComplianceEventLog} from "../standards/IERC8328.sol";
import {ComplianceEntry} from "./IComplianceLog.sol";

/// @title Records that cannot stop what they record
/// @notice For acts of office: the act is done, its record is tried. A log that is missing, refuses, burns its gas or answers with
/// megabytes costs at most `GAS_LIMIT` and changes nothing else (D17). What could not be recorded is said by an event.
/// @dev Call it last. The sender has to bring `GAS_LIMIT` for the log besides the act's own gas, or `BoundedCallLib` refuses:
/// otherwise an officer could leave his act unrecorded by sending too little.
library LogLib {
    /// @notice The log did not take the entry; `answer` is the beginning of what it said.
    event ComplianceRecordMissed(
        bytes32 indexed subjectId,
        bytes32 indexed eventType,
        address indexed log,
        bytes32 operationRef,
        bytes answer
    );

    /// @dev Two parties and a payload of four words take about 600,000.
    uint256 internal constant GAS_LIMIT = 1_000_000;

    /// @notice Tries to record and says whether the log took it. Without a log (the zero address) it does nothing.
    function tryRecord(address log, ComplianceEntry memory entry) internal returns (bool recorded) {
        if (log == address(0)) return false;

        bytes memory answer;
        // An account without code answers every call with success.
        if (log.code.length != 0) {
            (recorded, answer) = BoundedCallLib.tryCall(log, GAS_LIMIT, _encode(entry));
            recorded = recorded && answer.length == 32;
        }
        if (!recorded) {
            emit ComplianceRecordMissed(entry.subjectId, entry.eventType, log, entry.operationRef, answer);
        }
    }

    /// A struct is encoded like a list of arguments, but for a leading offset. Thirteen arguments would not fit the stack.
    function _encode(ComplianceEntry memory entry) private pure returns (bytes memory data) {
        data = abi.encode(entry);
        uint32 selector = uint32(IComplianceEventLog.recordEvent.selector);
        assembly ("memory-safe") {
            // The offset's word makes room: its last four bytes become the selector, the first 28 are skipped.
            let length := sub(mload(data), 28)
            mstore(add(data, 0x20), selector)
            data := add(data, 28)
            mstore(data, length)
        }
    }
}
