// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {IRule, ITransferRule, NetContext, NetPosition} from "./ITransferRule.sol";
import {RuleTraits} from "./RuleTraits.sol";

/// @title What rules that look at both sides of one movement have in common
/// @dev A netted chunk does not say who sold to whom, so that an asset with such a rule is not settled net (D18).
abstract contract PairRule is ITransferRule {
    /// @inheritdoc IRule
    function traits() external pure virtual returns (uint8) {
        return RuleTraits.GROSS_ONLY;
    }

    /// @inheritdoc IRule
    function window(bytes calldata) external pure returns (uint32) {
        return 0;
    }

    /// @inheritdoc ITransferRule
    /// @dev Never asked; closed, should it be.
    function allowsNet(
        bytes calldata,
        NetContext calldata,
        NetPosition[] calldata,
        Party[] calldata
    ) external pure returns (bool) {
        return false;
    }
}
