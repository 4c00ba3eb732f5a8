// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title ABI answers of contracts that may be hostile
/// @notice Reads what `abi.decode` reads, but says false where that reverts. Words come as they are, so that whoever asks for a
/// narrower type has to look at all 32 bytes.
library AnswerLib {
    uint256 private constant WORD = 32;

    /// @notice The word at place `index`.
    function wordAt(bytes memory answer, uint256 index) internal pure returns (bool found, uint256 word) {
        if (answer.length < WORD * (index + 1)) return (false, 0);

        assembly ("memory-safe") {
            word := mload(add(add(answer, 0x20), mul(index, 0x20)))
        }
        return (true, word);
    }

    /// @notice The words of an array that is the whole answer, at most `most`.
    function words(bytes memory answer, uint256 most) internal pure returns (bool found, uint256[] memory list) {
        (bool hasOffset, uint256 offset) = wordAt(answer, 0);
        (bool hasCount, uint256 count) = wordAt(answer, 1);
        if (!hasOffset || !hasCount || offset != WORD || count > most) return (false, list);
        if (answer.length < WORD * (2 + count)) return (false, list);

        list = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) (, list[i]) = wordAt(answer, 2 + i);
        return (true, list);
    }

    /// @notice The `bytes` whose offset is the word at place `index`.
    function bytesAt(bytes memory answer, uint256 index) internal pure returns (bool found, bytes memory content) {
        (bool hasOffset, uint256 offset) = wordAt(answer, index);
        if (!hasOffset || offset % WORD != 0 || offset > answer.length) return (false, content);
        (bool hasLength, uint256 length) = wordAt(answer, offset / WORD);
        if (!hasLength || length > answer.length - offset - WORD) return (false, content);

        content = new bytes(length);
        assembly ("memory-safe") {
            mcopy(add(content, 0x20), add(add(answer, 0x40), offset), length)
        }
        return (true, content);
    }
}
