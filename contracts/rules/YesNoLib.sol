// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Whether a contract answers yes-or-no questions
/// @notice Rules that ask other contracts make sure of it when they are bound, rather than when somebody transfers.
library YesNoLib {
    /// @dev More than an honest contract needs, and too little for a runaway one to take the caller down.
    uint256 private constant ANSWER_GAS = 200_000;

    /// @notice The contract that twenty bytes of parameters name.
    function addressee(bytes calldata parameters) internal pure returns (address) {
        return address(bytes20(parameters));
    }

    /// @notice Whether the contract answers this question with yes or no, and nothing else.
    function answers(address asked, bytes memory question) internal view returns (bool isClean) {
        assembly ("memory-safe") {
            // Only one word is copied, so that a huge answer costs nothing. An address without code answers nothing.
            isClean := staticcall(ANSWER_GAS, asked, add(question, 0x20), mload(question), 0x00, 0x20)
            isClean := and(isClean, gt(returndatasize(), 0x1f))
            isClean := and(isClean, lt(mload(0x00), 2))
        }
    }
}
