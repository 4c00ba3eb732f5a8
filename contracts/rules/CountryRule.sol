// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Profile} from "../investors/IInvestorRegistry.sol";
import {ITransferRule} from "./ITransferRule.sol";
import {ReasonCodes} from "./ReasonCodes.sol";
import {TransferRule} from "./TransferRule.sol";

/// @title Only investors of listed countries may come to hold the asset
/// @notice Parameters: the countries (ISO 3166-1 numeric) per asset. Nothing listed means nobody.
contract CountryRule is TransferRule {
    mapping(uint256 id => mapping(uint16 country => bool)) private _allowed;

    event CountryAllowed(uint256 indexed id, uint16 indexed country, bool allowed);

    constructor(address authority_, address transferRules_) TransferRule(authority_, transferRules_) {}

    /// @notice Adds countries to the list of `id`, or takes them from it. Holders keep what they have. For compliance.
    function setAllowed(uint256 id, uint16[] calldata countries, bool allowed) external restricted {
        for (uint256 i = 0; i < countries.length; ++i) {
            _allowed[id][countries[i]] = allowed;
            emit CountryAllowed(id, countries[i], allowed);
        }
    }

    /// @notice Whether investors of `country` may come to hold `id`.
    function isAllowed(uint256 id, uint16 country) external view returns (bool) {
        return _allowed[id][country];
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

    function _mayHold(uint256 id, Profile calldata profile) internal view override returns (bool) {
        return _allowed[id][profile.country];
    }
}
