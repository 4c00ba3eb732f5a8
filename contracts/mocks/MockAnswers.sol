// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAcknowledgements} from "../rules/IAcknowledgements.sol";
import {ICustodyWatch} from "../rules/ICustodyWatch.sol";
import {ISanctions} from "../rules/ISanctions.sol";

/// @title A contract that answers the questions of rules as told
/// @notice Honestly, or not at all, or with something that is no answer.
contract MockAnswers is ISanctions, IAcknowledgements, ICustodyWatch {
    enum Mood {
        Answers,
        Reverts,
        AnswersNonsense,
        AnswersNothing,
        BurnsGas
    }

    Mood public mood;
    mapping(bytes32 question => bool) private _isTrue;

    error MockAnswersIsAngry();

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    function setSanctioned(address wallet, bool isTrue) external {
        _isTrue[keccak256(abi.encode("sanctioned", wallet))] = isTrue;
    }

    function setAcknowledged(uint256 id, address wallet, bool isTrue) external {
        _isTrue[keccak256(abi.encode("acknowledged", id, wallet))] = isTrue;
    }

    function setBacked(uint256 id, bool isTrue) external {
        _isTrue[keccak256(abi.encode("backed", id))] = isTrue;
    }

    function setRoute(bytes32 source, bytes32 destination, bytes32 assetClass, bool isTrue) external {
        _isTrue[keccak256(abi.encode("route", source, destination, assetClass))] = isTrue;
    }

    /// @inheritdoc ISanctions
    function isSanctioned(address wallet) external view returns (bool) {
        return _answer(keccak256(abi.encode("sanctioned", wallet)));
    }

    /// @inheritdoc IAcknowledgements
    function hasAcknowledged(uint256 id, address wallet) external view returns (bool) {
        return _answer(keccak256(abi.encode("acknowledged", id, wallet)));
    }

    /// @inheritdoc ICustodyWatch
    function isBacked(uint256 id) external view returns (bool) {
        return _answer(keccak256(abi.encode("backed", id)));
    }

    /// @notice The one question of a registry of transfer domains (ERC-8327) that a rule asks.
    function isRoutePermitted(bytes32 source, bytes32 destination, bytes32 assetClass) external view returns (bool) {
        return _answer(keccak256(abi.encode("route", source, destination, assetClass)));
    }

    function _answer(bytes32 question) private view returns (bool) {
        if (mood == Mood.Reverts) revert MockAnswersIsAngry();
        if (mood == Mood.BurnsGas) while (true) {}
        if (mood == Mood.AnswersNothing) {
            assembly ("memory-safe") {
                return(0x00, 0x00)
            }
        }
        if (mood == Mood.AnswersNonsense) {
            assembly ("memory-safe") {
                mstore(0x00, 2)
                return(0x00, 0x20)
            }
        }
        return _isTrue[question];
    }
}
