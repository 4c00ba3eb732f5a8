// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {HoldingRule} from "./HoldingRule.sol";
import {IRule, ITransferRule} from "./ITransferRule.sol";
import {ReasonCodes} from "./ReasonCodes.sol";

/// @title An investor holds nothing, or at least so many shares
/// @notice Counted over all wallets of an investor. Parameters: eight bytes, the least number of shares, at least 1.
/// @dev Both sides are judged by where they end. Who holds less, because the minimum was raised, may sell everything or buy up
/// to the minimum.
contract MinimumHoldingRule is HoldingRule {
    /// @inheritdoc IRule
    function validate(uint256, bytes calldata parameters) external pure {
        require(
            parameters.length == 8 && bytes8(parameters) != 0,
            TransferRuleInvalidParameters(ReasonCodes.HOLDING_TOO_SMALL, parameters)
        );
    }

    /// @inheritdoc ITransferRule
    function code() external pure returns (uint8) {
        return ReasonCodes.HOLDING_TOO_SMALL;
    }

    /// @inheritdoc ITransferRule
    function sentence() external pure returns (string memory) {
        return "The sender or the receiver would end with some shares, but fewer than an investor has to hold.";
    }

    /// @inheritdoc ITransferRule
    function nextStep() external pure returns (string memory) {
        return "Transfer everything, or an amount after which both hold at least the minimum.";
    }

    function _mayChange(
        bytes calldata parameters,
        uint256,
        uint256 totalAfter,
        uint256,
        uint256
    ) internal pure override returns (bool) {
        return totalAfter == 0 || totalAfter >= uint64(bytes8(parameters));
    }
}
