// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {IRule, ITrackingRule, ITransferRule, Movement, NetContext, NetPosition} from "../rules/ITransferRule.sol";

/// @title A rule that misbehaves as told
/// @notice Hostile in one way at a time: it refuses, reverts, burns all its gas, answers with something that is not a bool or
/// with a huge answer, fails in its bookkeeping only, does not understand its parameters, or cannot even say why it refuses. What it is told it repeats as events.
contract MockRule is ITrackingRule {
    enum Mood {
        Agrees,
        Refuses,
        Reverts,
        BurnsGas,
        AnswersNonsense,
        AnswersHugely,
        FailsToCount,
        RejectsParameters,
        RefusesAndRaves
    }

    Mood public mood;
    uint8 public immutable code;
    uint8 public immutable traits;

    event MockRuleMoved(uint256 indexed id, Movement movement, Party from, Party to, bool isForced, bytes parameters);
    event MockRuleReset(uint256 indexed id);
    event MockRuleCounted(uint256 indexed id, address indexed account, Party party, uint256 balance);

    error MockRuleIsAngry();

    constructor(uint8 code_, uint8 traits_) {
        code = code_;
        traits = traits_;
    }

    /// @notice From now on the rule behaves like this.
    function setMood(Mood mood_) external {
        mood = mood_;
    }

    /// @inheritdoc ITrackingRule
    function moved(
        bytes calldata parameters,
        Movement calldata movement,
        Party from,
        Party to,
        bool isForced
    ) external {
        _count();

        emit MockRuleMoved(movement.id, movement, from, to, isForced, parameters);
    }

    /// @inheritdoc ITrackingRule
    function reset(uint256 id) external {
        _count();

        emit MockRuleReset(id);
    }

    /// @inheritdoc ITrackingRule
    function counted(uint256 id, address account, Party party, uint256 balance) external {
        _count();

        emit MockRuleCounted(id, account, party, balance);
    }

    /// @inheritdoc IRule
    function validate(uint256, bytes calldata parameters) external view {
        if (mood == Mood.RejectsParameters) revert TransferRuleInvalidParameters(code, parameters);
    }

    /// @inheritdoc ITransferRule
    function allows(bytes calldata, Movement calldata, Party, Party) external view returns (bool) {
        return _answer();
    }

    /// @inheritdoc ITransferRule
    function allowsNet(
        bytes calldata,
        NetContext calldata,
        NetPosition[] calldata,
        Party[] calldata
    ) external view returns (bool) {
        return _answer();
    }

    /// @notice The first four bytes of its parameters.
    function window(bytes calldata parameters) external pure returns (uint32) {
        return uint32(bytes4(parameters));
    }

    /// @inheritdoc ITransferRule
    function sentence() external view returns (string memory) {
        if (mood == Mood.RefusesAndRaves) revert MockRuleIsAngry();
        return "The mock refuses.";
    }

    /// @inheritdoc ITransferRule
    function nextStep() external view returns (string memory) {
        if (mood == Mood.RefusesAndRaves) while (true) {}
        return "Cheer it up.";
    }

    function _answer() private view returns (bool) {
        Mood now_ = mood;
        if (now_ == Mood.Reverts) revert MockRuleIsAngry();
        if (now_ == Mood.BurnsGas) while (true) {}
        if (now_ == Mood.AnswersNonsense) {
            assembly ("memory-safe") {
                mstore(0x00, 2)
                return(0x00, 0x20)
            }
        }
        if (now_ == Mood.AnswersHugely) {
            assembly {
                mstore(0x00, 1) // says yes, and 16 kB more
                return(0x00, 0x4000)
            }
        }
        return now_ != Mood.Refuses && now_ != Mood.RefusesAndRaves;
    }

    function _count() private view {
        if (mood == Mood.FailsToCount) revert MockRuleIsAngry();
        if (mood == Mood.BurnsGas) while (true) {}
    }
}
