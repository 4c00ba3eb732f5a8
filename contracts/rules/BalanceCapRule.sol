// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CommonJudgements} from "./CommonJudgements.sol";
import {HoldingRule} from "./HoldingRule.sol";
import {IRule, ITransferRule} from "./ITransferRule.sol";
import {ReasonCodes} from "./ReasonCodes.sol";

/// @title No investor may come to hold more than so many shares, or more than such a part of the asset
/// @notice Counted over all wallets of an investor. Parameters: ten bytes, the most shares (8 bytes) and the greatest part of
/// the supply in basis points (2 bytes, at most 10,000); zero means no such limit, and one of them is set.
/// @dev The part is not asked of an issue: while an asset is sold, its first buyer holds all of it. Who is above a limit, because
/// others redeemed or the limit was lowered, keeps what he has and cannot add to it.
contract BalanceCapRule is HoldingRule {
    /// @inheritdoc IRule
    function validate(uint256, bytes calldata parameters) external pure {
        require(
            parameters.length == 10 &&
                bytes10(parameters) != 0 &&
                uint16(bytes2(parameters[8:])) <= CommonJudgements.WHOLE_BPS,
            TransferRuleInvalidParameters(ReasonCodes.BALANCE_CAP_EXCEEDED, parameters)
        );
    }

    /// @inheritdoc ITransferRule
    function code() external pure returns (uint8) {
        return ReasonCodes.BALANCE_CAP_EXCEEDED;
    }

    /// @inheritdoc ITransferRule
    function sentence() external pure returns (string memory) {
        return "The receiver would hold more of the asset than one investor may.";
    }

    /// @inheritdoc ITransferRule
    function nextStep() external pure returns (string memory) {
        return "Transfer less, or choose another receiver.";
    }

    function _mayChange(
        bytes calldata parameters,
        uint256 totalBefore,
        uint256 totalAfter,
        uint256,
        uint256 supply
    ) internal pure override returns (bool) {
        return CommonJudgements.isTotalAllowed(parameters, 0, totalBefore, totalAfter, supply);
    }
}
