// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {HoldingLib} from "./HoldingLib.sol";
import {IRule, ITransferRule, Movement, NetContext, NetPosition} from "./ITransferRule.sol";
import {RuleTraits} from "./RuleTraits.sol";

/// @title What rules about an investor's whole holding have in common
/// @dev Each investor whose total changes is judged by where it goes from where, be it by one transfer or by a netted chunk, so
/// that both are the same by construction (I-3). A movement within one investor, or of nothing, changes no total and passes.
abstract contract HoldingRule is ITransferRule {
    /// @inheritdoc IRule
    function traits() external pure virtual returns (uint8) {
        return RuleTraits.COUNTS_TOTALS;
    }

    /// @inheritdoc IRule
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
        HoldingLib.Change memory change = HoldingLib.changeOf(movement, from, to);
        if (change.sells && !_mayChange(parameters, movement.fromTotal, change.rest, movement.fromYoung, change.supply))
            return false;
        return
            !change.buys || _mayChange(parameters, movement.toTotal, movement.toTotal + change.value, 0, change.supply);
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
