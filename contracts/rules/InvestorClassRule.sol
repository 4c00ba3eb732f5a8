// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Profile} from "../investors/IInvestorRegistry.sol";
import {ITransferRule} from "./ITransferRule.sol";
import {ReasonCodes} from "./ReasonCodes.sol";
import {TransferRule} from "./TransferRule.sol";

/// @title Only investors of certain classes may come to hold the asset
/// @notice Parameter: a bit set of classes per asset (`Profile.classes`), one of which the investor has to have; Regulation D's
/// 506(b) without non-accredited investors is `accredited`. Zero means nobody.
contract InvestorClassRule is TransferRule {
    mapping(uint256 id => uint16 anyOf) private _classes;

    event ClassesSet(uint256 indexed id, uint16 anyOf);

    constructor(address authority_, address transferRules_) TransferRule(authority_, transferRules_) {}

    /// @notice Sets the classes of `id`. Holders keep what they have. For compliance.
    function setClasses(uint256 id, uint16 anyOf) external restricted {
        _classes[id] = anyOf;
        emit ClassesSet(id, anyOf);
    }

    /// @notice The classes one of which an investor has to have.
    function classesOf(uint256 id) external view returns (uint16 anyOf) {
        return _classes[id];
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

    function _mayHold(uint256 id, Profile calldata profile) internal view override returns (bool) {
        return profile.classes & _classes[id] != 0;
    }
}
