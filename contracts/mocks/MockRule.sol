// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Profile} from "../investors/IInvestorRegistry.sol";
import {ITransferRule, Movement, NetMovement} from "../rules/ITransferRule.sol";

/// @title A rule that misbehaves as told
/// @notice Hostile in one way at a time: it refuses, reverts, burns all its gas, answers with something that is not a bool or
/// with a huge answer, or fails in its bookkeeping only.
contract MockRule is ITransferRule {
    enum Mood {
        Agrees,
        Refuses,
        Reverts,
        BurnsGas,
        AnswersNonsense,
        AnswersHugely,
        FailsToCount
    }

    Mood public mood;
    uint8 public immutable code;
    bool public immutable tracks;
    bool public immutable nettable;

    error MockRuleIsAngry();

    constructor(uint8 code_, bool tracks_, bool nettable_) {
        code = code_;
        tracks = tracks_;
        nettable = nettable_;
    }

    /// @notice From now on the rule behaves like this.
    function setMood(Mood mood_) external {
        mood = mood_;
    }

    /// @inheritdoc ITransferRule
    function sentence() external pure returns (string memory) {
        return "The mock refuses.";
    }

    /// @inheritdoc ITransferRule
    function nextStep() external pure returns (string memory) {
        return "Cheer it up.";
    }

    /// @inheritdoc ITransferRule
    function allows(Movement calldata, Profile calldata, Profile calldata) external view returns (bool) {
        if (mood == Mood.Reverts) revert MockRuleIsAngry();
        if (mood == Mood.BurnsGas) while (true) {}
        if (mood == Mood.AnswersNonsense) {
            assembly ("memory-safe") {
                mstore(0x00, 2)
                return(0x00, 0x20)
            }
        }
        if (mood == Mood.AnswersHugely) {
            assembly {
                mstore(0x00, 1) // says yes, and 16 kB more
                return(0x00, 0x4000)
            }
        }
        return mood != Mood.Refuses;
    }

    /// @inheritdoc ITransferRule
    function moved(Movement calldata, Profile calldata, Profile calldata) external view {
        if (mood == Mood.FailsToCount) revert MockRuleIsAngry();
        if (mood == Mood.BurnsGas) while (true) {}
    }

    /// @inheritdoc ITransferRule
    function netted(uint256, NetMovement[] calldata, Profile[] calldata) external view returns (bool) {
        return mood != Mood.Refuses;
    }
}
