// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {ITransferRule, Movement} from "../rules/ITransferRule.sol";

/// @title Counts of holders as told, for rules that ask back
/// @notice Stands where `TransferRules` stands: it puts the question, and answers what the rule wants to know.
contract MockHolders {
    mapping(uint256 id => mapping(uint16 country => uint32)) private _inCountry;
    mapping(uint256 id => mapping(uint16 classBit => uint32)) private _ofClass;

    function setHolders(uint256 id, uint16 country, uint32 inCountry, uint16 classBit, uint32 ofClass) external {
        _inCountry[id][country] = inCountry;
        _ofClass[id][classBit] = ofClass;
    }

    /// @notice What the rule says when it can ask back.
    function ask(
        ITransferRule rule,
        bytes calldata parameters,
        Movement calldata movement,
        Party from,
        Party to
    ) external view returns (bool) {
        return rule.allows(parameters, movement, from, to);
    }

    function holdersWith(uint256 id, uint16 country, uint16 classBit) external view returns (uint32, uint32) {
        return (_inCountry[id][country], _ofClass[id][classBit]);
    }
}
