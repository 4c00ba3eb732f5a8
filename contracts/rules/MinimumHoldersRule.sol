// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {IRule, ITransferRule, Movement, NetContext, NetPosition} from "./ITransferRule.sol";
import {ReasonCodes} from "./ReasonCodes.sol";
import {RuleTraits} from "./RuleTraits.sol";

/// @title At least so many investors have to hold the asset
/// @notice People are counted (D4). Parameters: four bytes, the least number, at least 1. While there are fewer, because the
/// asset is still being sold, nobody who holds may leave, and everything else goes on.
/// @dev Redemptions are judged too: before an asset is wound up, compliance takes this rule off.
contract MinimumHoldersRule is ITransferRule {
    /// @inheritdoc IRule
    function validate(uint256, bytes calldata parameters) external pure {
        require(
            parameters.length == 4 && bytes4(parameters) != 0,
            TransferRuleInvalidParameters(ReasonCodes.TOO_FEW_HOLDERS, parameters)
        );
    }

    /// @inheritdoc ITransferRule
    function allows(bytes calldata parameters, Movement calldata movement, Party, Party) external pure returns (bool) {
        return _mayChange(parameters, movement.holdersBefore, movement.holdersAfter);
    }

    /// @inheritdoc ITransferRule
    function allowsNet(
        bytes calldata parameters,
        NetContext calldata context,
        NetPosition[] calldata,
        Party[] calldata
    ) external pure returns (bool) {
        return _mayChange(parameters, context.holdersBefore, context.holdersAfter);
    }

    /// @inheritdoc ITransferRule
    function code() external pure returns (uint8) {
        return ReasonCodes.TOO_FEW_HOLDERS;
    }

    /// @inheritdoc IRule
    function traits() external pure returns (uint8) {
        return RuleTraits.COUNTS_HOLDERS;
    }

    /// @inheritdoc IRule
    function window(bytes calldata) external pure returns (uint32) {
        return 0;
    }

    /// @inheritdoc ITransferRule
    function sentence() external pure returns (string memory) {
        return "The sender would leave, and the asset has no more holders than it needs.";
    }

    /// @inheritdoc ITransferRule
    function nextStep() external pure returns (string memory) {
        return "Keep a share, or transfer all of them to somebody who holds none yet.";
    }

    function _mayChange(bytes calldata parameters, uint256 before, uint256 afterwards) private pure returns (bool) {
        return afterwards >= uint32(bytes4(parameters)) || afterwards >= before;
    }
}
