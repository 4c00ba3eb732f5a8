// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AnswerLib} from "../calls/AnswerLib.sol";
import {BoundedReadLib} from "../calls/BoundedReadLib.sol";
import {Party} from "../investors/Party.sol";
import {StandingLib} from "../investors/StandingLib.sol";
import {AssetLife} from "../shares/AssetLife.sol";
import {AssetState, IShareToken} from "../shares/IShareToken.sol";
import {ICompositeRule, ITransferRule, Movement} from "./ITransferRule.sol";
import {Refusal} from "./ITransferRules.sol";
import {ReasonCodes} from "./ReasonCodes.sol";
import {ReasonTexts} from "./ReasonTexts.sol";
import {RuleAsking} from "./RuleAsking.sol";
import {RuleList} from "./RuleList.sol";
import {RuleTraits} from "./RuleTraits.sol";

/// @title Why a transfer would be refused: every reason, register's own first, then the rules in order
/// @dev A library of its own for the size of the code of TransferRules only.
library RuleExplainer {
    using AssetLife for AssetState;
    using RuleAsking for RuleList.Entry;

    /// @dev More than register and rules can say: each code of a rule once, and that each of 25 rules failed.
    uint256 private constant MOST_REFUSALS = 60 + 25 + 8;
    uint256 private constant TEXT_GAS = 50_000;
    uint256 private constant LONGEST_TEXT = 1_024;

    /// @notice The movement that is asked about, with balances as they stand; the rules do not see a supply below zero or above what
    /// fits, because the register refuses that itself.
    function movementOf(
        address token,
        address from,
        address to,
        uint256 id,
        uint256 value
    ) external view returns (Movement memory movement) {
        IShareToken shares = IShareToken(token);
        uint256 supply = shares.totalSupply(id);
        if (from == address(0)) supply = value < type(uint256).max - supply ? supply + value : type(uint256).max;
        if (to == address(0)) supply = supply > value ? supply - value : 0;
        (movement.id, movement.from, movement.to, movement.value, movement.supply) = (id, from, to, value, supply);
        if (from != address(0)) movement.fromBalance = shares.balanceOf(from, id);
        if (to != address(0)) movement.toBalance = shares.balanceOf(to, id);
    }

    /// @dev Parties come as the words that they are: a type of our own would not stand in the interface of a library.
    function explain(
        address token,
        Movement memory movement,
        uint256 from,
        uint256 to,
        bool isStale,
        address list
    ) external view returns (Refusal[] memory refusals) {
        refusals = new Refusal[](MOST_REFUSALS);
        uint256 count = _noteRegister(refusals, IShareToken(token), movement, Party.wrap(from), Party.wrap(to));
        if (count == 0 || refusals[0].code != ReasonCodes.ASSET_UNKNOWN) {
            // Without rules nothing is counted, and nobody is asked whether the count is complete.
            if (isStale && list != address(0)) count = _note(refusals, count, ReasonCodes.RULES_STALE);
            count = _noteRules(refusals, count, RuleList.read(list), movement, Party.wrap(from), Party.wrap(to));
        }
        assembly ("memory-safe") {
            mstore(refusals, count) // the rest of the places stays unused
        }
    }

    /// @notice What a code means, in the words of the rule in the list, or of the register.
    function messageOf(address list, uint8 code) external view returns (string memory message) {
        RuleList.Entry memory entry;
        (uint256 place, uint256 end) = RuleList.bounds(RuleList.read(list));
        while (place < end) {
            place = RuleList.entryAt(place, entry);
            if (_has(entry, code)) {
                (message, ) = _textOf(entry, code);
                return message;
            }
        }
        (message, ) = ReasonTexts.textOf(code);
    }

    function _has(RuleList.Entry memory entry, uint8 code) private view returns (bool) {
        if (entry.traits & RuleTraits.COMPOSITE == 0) return entry.code == code;
        return ICompositeRule(entry.rule).codesOf(RuleList.parametersOf(entry)) & (1 << code) != 0;
    }

    function _noteRegister(
        Refusal[] memory refusals,
        IShareToken shares,
        Movement memory movement,
        Party from,
        Party to
    ) private view returns (uint256 count) {
        AssetState state = shares.stateOf(movement.id);
        if (state == AssetState.Unlisted) return _note(refusals, 0, ReasonCodes.ASSET_UNKNOWN);
        if (!state.allows(movement.from, movement.to)) count = _note(refusals, count, ReasonCodes.ASSET_NOT_ACTIVE);
        if (shares.paused()) count = _note(refusals, count, ReasonCodes.REGISTER_PAUSED);
        if (shares.isAssetPaused(movement.id)) count = _note(refusals, count, ReasonCodes.ASSET_PAUSED);
        if (movement.from == address(0)) {
            if (movement.supply > shares.capOf(movement.id)) count = _note(refusals, count, ReasonCodes.CAP_EXCEEDED);
        } else {
            count = _note(refusals, count, StandingLib.sendCode(from));
        }
        if (movement.to != address(0)) count = _note(refusals, count, StandingLib.receiveCode(to));
        if (movement.from != address(0)) count = _note(refusals, count, _balanceCode(shares, movement));
    }

    function _noteRules(
        Refusal[] memory refusals,
        uint256 count,
        bytes memory list,
        Movement memory movement,
        Party from,
        Party to
    ) private view returns (uint256) {
        RuleAsking.Question memory asked = RuleAsking.question(list, movement, from, to);
        RuleList.Entry memory entry;
        (uint256 place, uint256 end) = RuleList.bounds(list);
        uint256 noted = 0;
        while (place < end) {
            place = RuleList.entryAt(place, entry);
            uint256 codes = entry.askAll(asked) & ~noted; // a composite may say codes that are not its own
            noted |= codes & RuleAsking.RULE_CODES;
            for (uint8 code = 0; codes != 0; ++code) {
                // Composites that refuse with more codes than they bind get as many places as there are.
                if (codes & 1 != 0 && count < MOST_REFUSALS) count = _noteRule(refusals, count, entry, code);
                codes >>= 1;
            }
        }
        return count;
    }

    /// @dev A rule explains itself, unless it failed to answer: then it is not trusted with that either.
    function _noteRule(
        Refusal[] memory refusals,
        uint256 count,
        RuleList.Entry memory entry,
        uint8 code
    ) private view returns (uint256) {
        _note(refusals, count, code);
        Refusal memory refusal = refusals[count];
        refusal.rule = entry.rule;
        if (code != ReasonCodes.RULE_FAILED) (refusal.sentence, refusal.nextStep) = _textOf(entry, code);
        return count + 1;
    }

    function _textOf(RuleList.Entry memory entry, uint8 code) private view returns (string memory, string memory) {
        if (entry.traits & RuleTraits.COMPOSITE == 0) {
            bytes memory sentence = _read(entry.rule, abi.encodeCall(ITransferRule.sentence, ()));
            bytes memory nextStep = _read(entry.rule, abi.encodeCall(ITransferRule.nextStep, ()));
            return (_stringAt(sentence, 0), _stringAt(nextStep, 0));
        }
        bytes memory texts = _read(entry.rule, abi.encodeCall(ICompositeRule.textOf, (code)));
        return (_stringAt(texts, 0), _stringAt(texts, 1));
    }

    /// @dev What a rule says, or nothing: whoever explains must not fail with what he explains (I-3).
    function _read(address rule, bytes memory asked) private view returns (bytes memory answer) {
        bool success;
        (success, answer) = BoundedReadLib.tryRead(rule, TEXT_GAS, LONGEST_TEXT, asked);
        if (!success) return "";
    }

    function _stringAt(bytes memory answer, uint256 place) private pure returns (string memory) {
        (, bytes memory text) = AnswerLib.bytesAt(answer, place);
        return string(text);
    }

    function _balanceCode(IShareToken shares, Movement memory movement) private view returns (uint8) {
        if (movement.value > movement.fromBalance) return ReasonCodes.BALANCE_TOO_SMALL;
        uint256 frozen = shares.getFrozenTokens(movement.from, movement.id);
        uint256 unfrozen = movement.fromBalance > frozen ? movement.fromBalance - frozen : 0;
        if (movement.value > unfrozen) return ReasonCodes.BALANCE_FROZEN;
        if (movement.value > shares.spendableOf(movement.from, movement.id)) return ReasonCodes.BALANCE_LOCKED;
        return ReasonCodes.ACCEPTED;
    }

    /// @dev Appends a refusal in the register's own words; 0 is none.
    function _note(Refusal[] memory refusals, uint256 count, uint8 code) private pure returns (uint256) {
        if (code == ReasonCodes.ACCEPTED) return count;
        (string memory sentence, string memory nextStep) = ReasonTexts.textOf(code);
        refusals[count] = Refusal(code, address(0), sentence, nextStep);
        return count + 1;
    }
}
