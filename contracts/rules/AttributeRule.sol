// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {AttributeExpressionLib} from "./AttributeExpressionLib.sol";
import {IRule, ITransferRule} from "./ITransferRule.sol";
import {ReasonCodes} from "./ReasonCodes.sol";
import {TransferRule} from "./TransferRule.sol";

/// @title Only investors whose attributes fit an expression may come to hold the asset
/// @notice Any, all and not of countries, classes, flags and how long the verification still holds. Parameters: the compiled
/// expression, at most 512 bytes, as `AttributeExpressionLib` describes; `rules set` compiles it.
contract AttributeRule is TransferRule {
    using AttributeExpressionLib for bytes;

    uint256 private constant MOST_BYTES = 512;

    /// @inheritdoc IRule
    function validate(uint256, bytes calldata parameters) external pure {
        require(
            parameters.length <= MOST_BYTES && parameters.isWellFormed(),
            TransferRuleInvalidParameters(ReasonCodes.ATTRIBUTES_NOT_MET, parameters)
        );
    }

    /// @inheritdoc ITransferRule
    function code() external pure returns (uint8) {
        return ReasonCodes.ATTRIBUTES_NOT_MET;
    }

    /// @inheritdoc ITransferRule
    function sentence() external pure returns (string memory) {
        return "What is known of the receiver does not meet the asset's requirements.";
    }

    /// @inheritdoc ITransferRule
    function nextStep() external pure returns (string memory) {
        return "Compare the receiver's profile with the asset's rules, and have the registrar complete it.";
    }

    function _mayHold(bytes calldata parameters, uint256, address, Party party) internal view override returns (bool) {
        return parameters.isMetBy(party);
    }
}
