// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ComplianceEntry} from "../compliance/IComplianceLog.sol";
import {LogLib} from "../compliance/LogLib.sol";

/// @notice An act of office that is done and then recorded, as the register does it.
contract MockEnforcer {
    uint256 public acts;

    event Recorded(bool recorded);

    function enforce(address log, ComplianceEntry calldata entry) external {
        ++acts;

        emit Recorded(LogLib.tryRecord(log, entry));
    }
}
