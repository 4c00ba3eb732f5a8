// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {CommonJudgements} from "./CommonJudgements.sol";
import {IRule, ITransferRule} from "./ITransferRule.sol";
import {ReasonCodes} from "./ReasonCodes.sol";
import {TransferRule} from "./TransferRule.sol";

/// @title Only investors of some classes may come to hold the asset
/// @notice Parameters: two bytes, the class bits of which an investor needs at least one.
contract InvestorClassRule is TransferRule {
    /// @inheritdoc IRule
    function validate(uint256, bytes calldata parameters) external pure {
        require(
            parameters.length == 2 && bytes2(parameters) != 0,
            TransferRuleInvalidParameters(ReasonCodes.INVESTOR_CLASS_NOT_ALLOWED, parameters)
        );
    }

    /// @inheritdoc ITransferRule
    function code() external pure returns (uint8) {
        return ReasonCodes.INVESTOR_CLASS_NOT_ALLOWED;
    }

    /// @inheritdoc ITransferRule
    function sentence() external pure returns (string memory) {
        return "The receiver is not of an investor class that may hold this asset.";
    }

    /// @inheritdoc ITransferRule
    function nextStep() external pure returns (string memory) {
        return "Ask the registrar to verify the receiver for a required class, such as accredited investor.";
    }

    function _mayHold(bytes calldata parameters, uint256, address, Party party) internal pure override returns (bool) {
        return CommonJudgements.isClassAllowed(parameters, 0, party);
    }
}
