// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {Movement} from "./ITransferRule.sol";

/// @title What a movement does to the whole holdings of its two investors
library HoldingLib {
    /// @notice Whose total changes, and to what.
    /// @param sells whether an investor's total shrinks, from `fromTotal` to `rest`
    /// @param buys whether an investor's total grows, from `toTotal` by `value`
    /// @param supply what a part of the whole is a part of; zero for an issue: while shares are being issued, there is no whole yet
    struct Change {
        bool sells;
        bool buys;
        uint256 rest;
        uint256 value;
        uint256 supply;
    }

    /// @notice A movement within one investor, or of nothing, changes no total. A question about more than there can be is answered
    /// like one about all there is, instead of overflowing.
    function changeOf(Movement calldata movement, Party from, Party to) internal pure returns (Change memory change) {
        uint256 value = movement.value;
        if (value == 0 || from.isSameInvestor(to)) return change;

        if (value > type(uint64).max) value = type(uint64).max;
        change.value = value;
        bool isIssue = movement.from == address(0);
        if (!isIssue) {
            change.supply = movement.supply;
            change.sells = !from.isProtocol();
            uint256 total = movement.fromTotal;
            change.rest = value < total ? total - value : 0;
        }
        change.buys = movement.to != address(0) && !to.isProtocol();
    }
}
