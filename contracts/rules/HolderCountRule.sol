// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {CommonJudgements} from "./CommonJudgements.sol";
import {IRule, ITransferRule, Movement, NetContext, NetPosition} from "./ITransferRule.sol";
import {ReasonCodes} from "./ReasonCodes.sol";
import {RuleTraits} from "./RuleTraits.sol";

/// @title At most so many investors may hold the asset
/// @notice People are counted (D4): an investor with shares in several wallets is one holder, protocol addresses are none.
/// Parameters: four bytes, the limit, at least 1. A limit below the present count only keeps newcomers out.
contract HolderCountRule is ITransferRule {
    /// @inheritdoc IRule
    function validate(uint256, bytes calldata parameters) external pure {
        require(
            parameters.length == 4 && bytes4(parameters) != 0,
            TransferRuleInvalidParameters(ReasonCodes.HOLDER_LIMIT_REACHED, parameters)
        );
    }

    /// @inheritdoc ITransferRule
    function allows(bytes calldata parameters, Movement calldata movement, Party, Party) external pure returns (bool) {
        return CommonJudgements.isCountAllowed(parameters, 0, movement.holdersBefore, movement.holdersAfter);
    }

    /// @inheritdoc ITransferRule
    function allowsNet(
        bytes calldata parameters,
        NetContext calldata context,
        NetPosition[] calldata,
        Party[] calldata
    ) external pure returns (bool) {
        return CommonJudgements.isCountAllowed(parameters, 0, context.holdersBefore, context.holdersAfter);
    }

    /// @inheritdoc ITransferRule
    function code() external pure returns (uint8) {
        return ReasonCodes.HOLDER_LIMIT_REACHED;
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
        return "The asset has as many holders as it may have, and the receiver is not one of them.";
    }

    /// @inheritdoc ITransferRule
    function nextStep() external pure returns (string memory) {
        return "Transfer to a present holder, or wait until a holder has sold all shares.";
    }
}
