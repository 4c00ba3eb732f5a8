// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {IRule, ITransferRule, Movement} from "./ITransferRule.sol";
import {PairRule} from "./PairRule.sol";
import {ReasonCodes} from "./ReasonCodes.sol";
import {RuleTraits} from "./RuleTraits.sol";

/// @title An investor passes on the whole holding, or nothing
/// @notice Counted over all wallets of the investor, who first gathers the shares in one of them. No parameters.
/// @dev Redemptions are judged too. Not asked of issues and of desks, which hold nothing of their own.
contract FullTransferRule is PairRule {
    /// @inheritdoc IRule
    function validate(uint256, bytes calldata parameters) external pure {
        require(parameters.length == 0, TransferRuleInvalidParameters(ReasonCodes.NOT_THE_WHOLE_HOLDING, parameters));
    }

    /// @inheritdoc ITransferRule
    function allows(bytes calldata, Movement calldata movement, Party from, Party to) external pure returns (bool) {
        if (movement.value == 0 || movement.from == address(0) || from.isProtocol()) return true;
        return from.isSameInvestor(to) || movement.value >= movement.fromTotal;
    }

    /// @inheritdoc ITransferRule
    function code() external pure returns (uint8) {
        return ReasonCodes.NOT_THE_WHOLE_HOLDING;
    }

    /// @inheritdoc IRule
    function traits() external pure override returns (uint8) {
        return RuleTraits.COUNTS_TOTALS | RuleTraits.GROSS_ONLY;
    }

    /// @inheritdoc ITransferRule
    function sentence() external pure returns (string memory) {
        return "Shares of this asset pass on only as the sender's whole holding.";
    }

    /// @inheritdoc ITransferRule
    function nextStep() external pure returns (string memory) {
        return "Gather all shares in one wallet, and transfer all of them.";
    }
}
