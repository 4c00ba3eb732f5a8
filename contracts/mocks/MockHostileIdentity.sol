// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IIdentity} from "../standards/IERC3643.sol";

/// @notice An identity contract written by whom it is about, hostile in one way at a time.
contract MockHostileIdentity is IIdentity {
    enum Mood {
        /// Answers with the claim it was given, whichever was asked for.
        AnswersAnything,
        Reverts,
        BurnsGas,
        /// Burns most of what it gets, then says politely that it has no such claim.
        DawdlesPolitely,
        AnswersTooLittle,
        /// Offsets and lengths that point beyond the answer.
        AnswersNonsense,
        AnswersHugely
    }

    Mood public mood;
    uint256 private _topic;
    uint256 private _issuer;
    bytes private _signature;
    bytes private _data;

    error MockHostileIdentityIsAngry();

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    /// @notice The claim it always answers with; the issuer as a whole word, so that its upper bits can be dirty.
    function setClaim(uint256 topic, uint256 issuer, bytes calldata signature, bytes calldata data) external {
        (_topic, _issuer, _signature, _data) = (topic, issuer, signature, data);
    }

    /// @notice Not a claim issuer, but claims to be one: every claim of everybody is valid.
    function isClaimValid(IIdentity, uint256, bytes calldata, bytes calldata) external pure returns (bool) {
        return true;
    }

    function isClaimRevoked(bytes calldata) external pure returns (bool) {
        return false;
    }

    /// @inheritdoc IIdentity
    function getClaim(
        bytes32
    ) external view returns (uint256, uint256, address, bytes memory, bytes memory, string memory) {
        Mood now_ = mood;
        if (now_ == Mood.Reverts) revert MockHostileIdentityIsAngry();
        if (now_ == Mood.BurnsGas) while (true) {}
        if (now_ == Mood.DawdlesPolitely) {
            while (gasleft() > 10_000) {}
            return (0, 0, address(0), "", "", "");
        }
        if (now_ == Mood.AnswersTooLittle) _return(abi.encode(_topic, uint256(1), _issuer));
        if (now_ == Mood.AnswersNonsense) {
            _return(abi.encode(_topic, uint256(1), _issuer, type(uint256).max, uint256(0x1000), type(uint256).max));
        }
        if (now_ == Mood.AnswersHugely) {
            assembly {
                return(0, 100000)
            }
        }
        _return(abi.encode(_topic, uint256(1), _issuer, _signature, _data, "https://lies.test"));
    }

    function _return(bytes memory answer) private pure {
        assembly ("memory-safe") {
            return(add(answer, 0x20), mload(answer))
        }
    }
}
