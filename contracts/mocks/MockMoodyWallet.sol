// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @title An ERC-1271 wallet that answers as told
/// @notice Says yes to signatures that are the hash itself, as often as one likes: they may be of any length. Or it does
/// anything but answer.
contract MockMoodyWallet is IERC1271 {
    enum Mood {
        Answers,
        SaysNo,
        Reverts,
        AnswersNonsense,
        AnswersAlmost,
        AnswersTooLittle,
        AnswersNothing,
        BurnsGas
    }

    Mood public mood;

    error MockMoodyWalletIsAngry();

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        if (mood == Mood.Reverts) revert MockMoodyWalletIsAngry();
        if (mood == Mood.BurnsGas) while (true) {}
        if (mood == Mood.AnswersNonsense) _answer(bytes32(uint256(1)), 0x20);
        if (mood == Mood.AnswersAlmost)
            _answer(bytes32(IERC1271.isValidSignature.selector) | bytes32(uint256(1)), 0x20);
        if (mood == Mood.AnswersTooLittle) _answer(bytes32(IERC1271.isValidSignature.selector), 0x04);
        if (mood == Mood.AnswersNothing) _answer(bytes32(0), 0);
        bool valid = mood == Mood.Answers && signature.length > 0 && signature.length % 32 == 0;
        for (uint256 place = 0; valid && place < signature.length; place += 32) {
            valid = bytes32(signature[place:place + 32]) == hash;
        }
        return valid ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }

    function _answer(bytes32 word, uint256 length) private pure {
        assembly ("memory-safe") {
            mstore(0x00, word)
            return(0x00, length)
        }
    }
}
