// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {ITrackingRule, ITransferRule, Movement, NetContext, NetPosition} from "./ITransferRule.sol";
import {ReasonCodes} from "./ReasonCodes.sol";
import {RuleList} from "./RuleList.sol";
import {RuleTraits} from "./RuleTraits.sol";

/// @title Asking rules at arm's length
/// @notice A rule gets a bounded amount of gas, and an answer that is not a clean yes or no is a refusal. The question is encoded once
/// and only the parameters at its end change from rule to rule.
library RuleAsking {
    /// @dev What one rule may use to answer or to note, so that a runaway rule cannot take a transfer, a view or an enforcement down
    /// with it.
    uint256 internal constant RULE_GAS = 300_000;

    /// @notice A question without parameters about a movement; `ask` adds those of each rule.
    function question(Movement memory movement, Party from, Party to) internal pure returns (bytes memory) {
        return abi.encodeCall(ITransferRule.allows, ("", movement, from, to));
    }

    /// @notice A question without parameters about a netted chunk.
    function netQuestion(
        NetContext memory context,
        NetPosition[] memory positions,
        Party[] memory parties
    ) internal pure returns (bytes memory) {
        return abi.encodeCall(ITransferRule.allowsNet, ("", context, positions, parties));
    }

    /// @notice 0 if the rule agrees, its own code if it refuses, RULE_FAILED if it does not answer properly.
    /// @dev The parameters go behind the question, in memory that is free, and its first word is set to point there.
    function ask(RuleList.Entry memory entry, bytes memory asked) internal view returns (uint8) {
        address rule = entry.rule;
        uint256 start = entry.start;
        uint256 length = entry.length;
        bool answered;
        uint256 answer;
        assembly ("memory-safe") {
            let size := mload(asked)
            let call_ := mload(0x40)
            mcopy(call_, add(asked, 0x20), size)
            mstore(add(call_, 4), sub(size, 4)) // offset of the parameters, counted from behind the selector
            mstore(add(call_, size), length)
            mcopy(add(add(call_, size), 0x20), start, length)
            // Only one word is copied, so that a huge answer costs nothing.
            answered := staticcall(RULE_GAS, rule, call_, add(add(size, 0x20), length), 0x00, 0x20)
            answered := and(answered, gt(returndatasize(), 0x1f))
            answer := mload(0x00)
        }
        if (!answered || answer > 1) return ReasonCodes.RULE_FAILED;
        return answer == 1 ? ReasonCodes.ACCEPTED : entry.code;
    }

    /// @notice Code of the first rule that refuses, or 0.
    function firstRefusal(bytes memory list, bytes memory asked) internal view returns (uint8 code) {
        RuleList.Entry memory entry;
        (uint256 place, uint256 end) = RuleList.bounds(list);
        while (place < end && code == ReasonCodes.ACCEPTED) {
            place = RuleList.entryAt(place, entry);
            code = ask(entry, asked);
        }
    }

    /// @notice Tells the rules with a memory of a movement, each with bounded gas.
    function tellAll(bytes memory list, Movement memory movement, Party from, Party to, bool isForced) internal {
        RuleList.Entry memory entry;
        (uint256 place, uint256 end) = RuleList.bounds(list);
        while (place < end) {
            place = RuleList.entryAt(place, entry);
            if (entry.traits & RuleTraits.TRACKS == 0) continue;
            bytes memory parameters = RuleList.parametersOf(entry);
            ITrackingRule(entry.rule).moved{gas: RULE_GAS}(parameters, movement, from, to, isForced);
        }
    }
}
