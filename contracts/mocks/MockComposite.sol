// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {ICompositeRule, IRule, Movement, NetContext, NetPosition} from "../rules/ITransferRule.sol";
import {RuleTraits} from "../rules/RuleTraits.sol";

/// @title Several rules in one contract that misbehave as told
/// @notice It says of itself and of movements whatever words it was given: codes that rules cannot have, codes that it contradicts
/// in the next answer, half an answer, a huge one, or none.
contract MockComposite is ICompositeRule {
    enum Mood {
        Answers,
        Reverts,
        BurnsGas,
        AnswersHugely,
        AnswersHalf
    }

    Mood public mood;
    /// @dev Words, not codes: an honest contract could not say most of them.
    uint256 public first;
    uint256 public all;
    uint256 public codes;
    uint8 public needs = RuleTraits.COMPOSITE;

    error MockCompositeIsAngry();

    constructor(uint256 codes_) {
        codes = codes_;
    }

    /// @notice From now on it answers `first_` when asked for the first refusal and `all_` when asked for all.
    function setAnswers(uint256 first_, uint256 all_, Mood mood_) external {
        (first, all, mood) = (first_, all_, mood_);
    }

    /// @notice From now on it says that these are its codes and its traits.
    function setNature(uint256 codes_, uint8 needs_) external {
        (codes, needs) = (codes_, needs_);
    }

    /// @inheritdoc IRule
    function validate(uint256, bytes calldata) external pure {}

    /// @inheritdoc ICompositeRule
    function codesOf(bytes calldata) external view returns (uint256) {
        return codes;
    }

    /// @inheritdoc ICompositeRule
    function traitsOf(bytes calldata) external view returns (uint8) {
        return needs;
    }

    /// @inheritdoc ICompositeRule
    function refusalOf(bytes calldata, Movement calldata, Party, Party) external view returns (uint8) {
        _answer(first);
    }

    /// @inheritdoc ICompositeRule
    function refusalOfNet(
        bytes calldata,
        NetContext calldata,
        NetPosition[] calldata,
        Party[] calldata
    ) external view returns (uint8) {
        _answer(first);
    }

    /// @inheritdoc ICompositeRule
    function refusalsOf(bytes calldata, Movement calldata, Party, Party) external view returns (uint256) {
        _answer(all);
    }

    /// @inheritdoc IRule
    function window(bytes calldata parameters) external pure returns (uint32) {
        return uint32(bytes4(parameters));
    }

    /// @inheritdoc ICompositeRule
    function textOf(uint8) external pure returns (string memory, string memory) {
        return ("The composite refuses.", "Cheer it up.");
    }

    /// @inheritdoc IRule
    function traits() external pure returns (uint8) {
        return RuleTraits.COMPOSITE;
    }

    function _answer(uint256 word) private view {
        Mood now_ = mood;
        if (now_ == Mood.Reverts) revert MockCompositeIsAngry();
        if (now_ == Mood.BurnsGas) while (true) {}
        uint256 length =
            now_ == Mood.AnswersHugely
                ? 0x4000
                : now_ == Mood.AnswersHalf
                    ? 0x10
                    : 0x20;
        assembly {
            mstore(0x00, word)
            return(0x00, length)
        }
    }
}
