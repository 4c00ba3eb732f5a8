// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CommonJudgements} from "./CommonJudgements.sol";
import {HoldingRule} from "./HoldingRule.sol";
import {IRule, ITransferRule} from "./ITransferRule.sol";
import {ReasonCodes} from "./ReasonCodes.sol";
import {RuleTraits} from "./RuleTraits.sol";

/// @title Shares have to be held for a while before they may be passed on or redeemed
/// @notice Counted per investor over all wallets, the oldest shares going first. Parameters: four bytes, the seconds that shares
/// are locked up after they were acquired, at least 1.
contract LockUpRule is HoldingRule {
    /// @inheritdoc IRule
    function validate(uint256, bytes calldata parameters) external pure {
        require(
            parameters.length == 4 && bytes4(parameters) != 0,
            TransferRuleInvalidParameters(ReasonCodes.SHARES_LOCKED_UP, parameters)
        );
    }

    /// @inheritdoc ITransferRule
    function code() external pure returns (uint8) {
        return ReasonCodes.SHARES_LOCKED_UP;
    }

    /// @inheritdoc IRule
    function traits() external pure override returns (uint8) {
        return RuleTraits.COUNTS_TOTALS | RuleTraits.KEEPS_LOTS;
    }

    /// @inheritdoc IRule
    function window(bytes calldata parameters) external pure override returns (uint32) {
        return uint32(bytes4(parameters));
    }

    /// @inheritdoc ITransferRule
    function sentence() external pure returns (string memory) {
        return "Too many of the sender's shares were acquired too recently to be passed on.";
    }

    /// @inheritdoc ITransferRule
    function nextStep() external pure returns (string memory) {
        return "Transfer less, or wait until the lock-up of the shares has ended.";
    }

    /// @dev What may go is what is not young; so whoever sells keeps at least what is.
    function _mayChange(
        bytes calldata,
        uint256 totalBefore,
        uint256 totalAfter,
        uint256 young,
        uint256
    ) internal pure override returns (bool) {
        return CommonJudgements.isRestAllowed(totalBefore, totalAfter, young);
    }
}
