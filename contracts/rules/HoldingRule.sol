// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {ITransferRule, Movement, NetContext, NetPosition} from "./ITransferRule.sol";
import {RuleTraits} from "./RuleTraits.sol";

/// @title What rules about an investor's whole holding have in common
/// @dev Each investor whose total changes is judged by where it goes from where, be it by one transfer or by a netted chunk, so
/// that both are the same by construction (I-3). A movement within one investor, or of nothing, changes no total and passes.
abstract contract HoldingRule is ITransferRule {
    /// @inheritdoc ITransferRule
    function traits() external pure virtual returns (uint8) {
        return RuleTraits.COUNTS_TOTALS;
    }

    /// @inheritdoc ITransferRule
    function window(bytes calldata) external pure virtual returns (uint32) {
        return 0;
    }

    /// @inheritdoc ITransferRule
    function allows(
        bytes calldata parameters,
        Movement calldata movement,
        Party from,
        Party to
    ) external pure returns (bool) {
        uint256 value = movement.value;
        if (value == 0 || from.isSameInvestor(to)) return true;

        // A question about more than there can be is answered like one about all there is, instead of overflowing.
        if (value > type(uint64).max) value = type(uint64).max;
        bool isIssue = movement.from == address(0);
        uint256 supply = isIssue ? 0 : movement.supply;
        if (!isIssue && !from.isProtocol()) {
            uint256 total = movement.fromTotal;
            uint256 rest = value < total ? total - value : 0;
            if (!_mayChange(parameters, total, rest, movement.fromYoung, supply)) return false;
        }
        if (movement.to == address(0) || to.isProtocol()) return true;
        return _mayChange(parameters, movement.toTotal, movement.toTotal + value, 0, supply);
    }

    /// @inheritdoc ITransferRule
    function allowsNet(
        bytes calldata parameters,
        NetContext calldata context,
        NetPosition[] calldata positions,
        Party[] calldata parties
    ) external pure returns (bool) {
        for (uint256 i = 0; i < positions.length; ++i) {
            NetPosition calldata position = positions[i];
            if (position.totalBefore == position.totalAfter || parties[i].isProtocol()) continue;
            if (!_mayChange(parameters, position.totalBefore, position.totalAfter, position.young, context.supply))
                return false;
        }
        return true;
    }

    /// @dev Whether an investor's total may change like this.
    /// @param young as the movement says; of a seller only
    /// @param supply zero for an issue: while shares are being issued, there is no whole yet to take a part of
    function _mayChange(
        bytes calldata parameters,
        uint256 totalBefore,
        uint256 totalAfter,
        uint256 young,
        uint256 supply
    ) internal pure virtual returns (bool);
}
