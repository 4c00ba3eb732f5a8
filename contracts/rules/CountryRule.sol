// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {CommonJudgements} from "./CommonJudgements.sol";
import {IRule, ITransferRule} from "./ITransferRule.sol";
import {ReasonCodes} from "./ReasonCodes.sol";
import {TransferRule} from "./TransferRule.sol";

/// @title Only investors of some countries may come to hold the asset
/// @notice Parameters: 125 bytes, one bit per ISO 3166-1 number from 0 to 999, counted from the first byte's highest bit; a bit
/// that is set lets the country in. A list of allowed countries sets few bits, a list of forbidden ones all but few.
contract CountryRule is TransferRule {
    /// @inheritdoc IRule
    function validate(uint256, bytes calldata parameters) external pure {
        bool isFit = parameters.length == 125 && parameters[0] & 0x80 == 0; // number 0 is no country
        uint256 anywhere = 0;
        for (uint256 i = 0; isFit && i < 125; ++i) anywhere |= uint8(parameters[i]);
        require(isFit && anywhere != 0, TransferRuleInvalidParameters(ReasonCodes.COUNTRY_NOT_ALLOWED, parameters));
    }

    /// @inheritdoc ITransferRule
    function code() external pure returns (uint8) {
        return ReasonCodes.COUNTRY_NOT_ALLOWED;
    }

    /// @inheritdoc ITransferRule
    function sentence() external pure returns (string memory) {
        return "The receiver's country is not among those in which this asset may be held.";
    }

    /// @inheritdoc ITransferRule
    function nextStep() external pure returns (string memory) {
        return "Choose a receiver from an allowed country, or ask compliance to add this one.";
    }

    function _mayHold(bytes calldata parameters, uint256, address, Party party) internal pure override returns (bool) {
        return CommonJudgements.isCountryAllowed(parameters, 0, party);
    }
}
