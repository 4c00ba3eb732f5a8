// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {ICompositeRule, ITrackingRule, ITransferRule, Movement} from "./ITransferRule.sol";
import {ReasonCodes} from "./ReasonCodes.sol";
import {RuleList} from "./RuleList.sol";
import {RuleTraits} from "./RuleTraits.sol";

/// @title Asking rules at arm's length
/// @notice A rule gets a bounded amount of gas, and an answer that is not a clean yes or no, or a code, is a refusal. The question is
/// encoded once and stays where it is; from rule to rule only the parameters behind it change.
library RuleAsking {
    /// @dev What one rule may use to answer or to note, so that a runaway rule cannot take a transfer, a view or an enforcement down
    /// with it.
    uint256 internal constant RULE_GAS = 300_000;
    /// @dev The codes that rules may have.
    uint8 internal constant FIRST_CODE = 30;
    uint8 internal constant LAST_CODE = 89;
    /// @dev The same as a set.
    uint256 internal constant RULE_CODES = (1 << (LAST_CODE + 1)) - (1 << FIRST_CODE);

    /// @notice What is asked: how of a rule, how of a composite, and with which arguments; those lack the parameters of each rule, for
    /// which there is room behind them in memory.
    struct Question {
        bytes4 ofRule;
        bytes4 ofComposite;
        bytes arguments;
    }

    /// @notice How much room the parameters of any rule in the list take behind a question.
    function roomFor(bytes memory list) internal pure returns (uint256) {
        return 0x20 + list.length;
    }

    /// @notice A question about a movement, for the rules of a list.
    /// @dev A movement is made of whole words, in memory as in a call: it is copied as it stands.
    function question(
        bytes memory list,
        Movement memory movement,
        Party from,
        Party to
    ) internal pure returns (Question memory) {
        bytes memory arguments = new bytes(15 * 0x20 + roomFor(list));
        assembly ("memory-safe") {
            mstore(arguments, 0x1e0) // the rest is room
            mcopy(add(arguments, 0x40), movement, 0x180)
            mstore(add(arguments, 0x1c0), from)
            mstore(add(arguments, 0x1e0), to)
        }
        return Question(ITransferRule.allows.selector, ICompositeRule.refusalOf.selector, arguments);
    }

    /// @notice A question about a netted chunk.
    /// @param table a NetTable, with room behind it
    function netQuestion(bytes memory table) internal pure returns (Question memory) {
        return Question(ITransferRule.allowsNet.selector, ICompositeRule.refusalOfNet.selector, table);
    }

    /// @notice 0 if the rule agrees, its code if it refuses, RULE_FAILED if it does not answer properly.
    function ask(RuleList.Entry memory entry, Question memory asked) internal view returns (uint8) {
        bool isComposite = entry.traits & RuleTraits.COMPOSITE != 0;
        (bool answered, uint256 answer) = _call(entry, isComposite ? asked.ofComposite : asked.ofRule, asked.arguments);
        if (isComposite) {
            bool isFit = answer == ReasonCodes.ACCEPTED || (answer >= FIRST_CODE && answer <= LAST_CODE);
            return answered && isFit ? uint8(answer) : ReasonCodes.RULE_FAILED;
        }
        if (!answered || answer > 1) return ReasonCodes.RULE_FAILED;
        return answer == 1 ? ReasonCodes.ACCEPTED : entry.code;
    }

    /// @notice Every code with which an entry refuses a movement, as a set: bit n stands for code n.
    function askAll(RuleList.Entry memory entry, Question memory asked) internal view returns (uint256 codes) {
        uint8 code = ask(entry, asked);
        if (code == ReasonCodes.ACCEPTED) return 0;
        if (entry.traits & RuleTraits.COMPOSITE == 0 || code == ReasonCodes.RULE_FAILED) return 1 << code;
        (bool answered, uint256 answer) = _call(entry, ICompositeRule.refusalsOf.selector, asked.arguments);
        // A set with codes that no rule may have is nonsense, and has no place among the refusals.
        bool isFit = answer & ~RULE_CODES == 0 && answer & (1 << code) != 0;
        return answered && isFit ? answer : 1 << ReasonCodes.RULE_FAILED;
    }

    /// @notice Code of the first rule that refuses, or 0.
    function firstRefusal(bytes memory list, Question memory asked) internal view returns (uint8 code) {
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

    /// @dev The parameters go into the room behind the arguments, and the first argument is set to point there. While the call is being
    /// made, its selector stands where the length of the arguments does: right before them.
    function _call(
        RuleList.Entry memory entry,
        bytes4 selector,
        bytes memory arguments
    ) private view returns (bool answered, uint256 answer) {
        address rule = entry.rule;
        uint256 start = entry.start;
        uint256 length = entry.length;
        assembly ("memory-safe") {
            let size := mload(arguments)
            let behind := add(add(arguments, 0x20), size)
            mstore(arguments, shr(224, selector))
            mstore(add(arguments, 0x20), size)
            mstore(behind, length)
            mcopy(add(behind, 0x20), start, length)
            // Only one word is copied, so that a huge answer costs nothing.
            answered := staticcall(RULE_GAS, rule, add(arguments, 0x1c), add(add(size, 0x24), length), 0x00, 0x20)
            mstore(arguments, size)
            answered := and(answered, gt(returndatasize(), 0x1f))
            answer := mload(0x00)
        }
    }
}
