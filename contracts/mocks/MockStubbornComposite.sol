// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {ICompositeRule, ITransferRule, Movement, NetContext, NetPosition} from "../rules/ITransferRule.sol";
import {RuleTraits} from "../rules/RuleTraits.sol";

/// @title A composite of rules that binds one code and refuses with whatever set of codes it was told
contract MockStubbornComposite is ICompositeRule {
    uint8 public immutable code;
    uint256 private immutable CODES;

    constructor(uint8 code_, uint256 codes) {
        code = code_;
        CODES = codes;
    }

    /// @inheritdoc ICompositeRule
    function codesOf(bytes calldata) external view returns (uint256) {
        return 1 << code;
    }

    /// @inheritdoc ICompositeRule
    function traitsOf(bytes calldata) external pure returns (uint8) {
        return RuleTraits.COMPOSITE;
    }

    /// @inheritdoc ICompositeRule
    function refusalOf(bytes calldata, Movement calldata, Party, Party) external view returns (uint8) {
        return code;
    }

    /// @inheritdoc ICompositeRule
    function refusalOfNet(
        bytes calldata,
        NetContext calldata,
        NetPosition[] calldata,
        Party[] calldata
    ) external view returns (uint8) {
        return code;
    }

    /// @inheritdoc ICompositeRule
    function refusalsOf(bytes calldata, Movement calldata, Party, Party) external view returns (uint256) {
        return CODES;
    }

    /// @inheritdoc ICompositeRule
    function textOf(uint8) external pure returns (string memory, string memory) {
        return ("The composite refuses.", "Ask it why.");
    }

    /// @inheritdoc ITransferRule
    function traits() external pure returns (uint8) {
        return RuleTraits.COMPOSITE;
    }

    /// @inheritdoc ITransferRule
    function validate(uint256, bytes calldata) external pure {}

    /// @inheritdoc ITransferRule
    function window(bytes calldata) external pure returns (uint32) {
        return 0;
    }

    /// @inheritdoc ITransferRule
    function allows(bytes calldata, Movement calldata, Party, Party) external pure returns (bool) {
        return false;
    }

    /// @inheritdoc ITransferRule
    function allowsNet(
        bytes calldata,
        NetContext calldata,
        NetPosition[] calldata,
        Party[] calldata
    ) external pure returns (bool) {
        return false;
    }

    /// @inheritdoc ITransferRule
    function sentence() external pure returns (string memory) {
        return "";
    }

    /// @inheritdoc ITransferRule
    function nextStep() external pure returns (string memory) {
        return "";
    }
}
