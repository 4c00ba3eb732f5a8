// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Calls that cannot hurt the caller
/// @notice Calls a contract that may be hostile, with a fixed amount of gas, and takes back at most 256 bytes of what it
/// answers, so that neither burning gas nor an enormous answer stops what the caller still has to do (I-14).
library BoundedCallLib {
    /// @notice Fewer than `needed` units of gas would be left for the call; a failure would be the sender's, not the callee's.
    /// @dev Send the transaction again with more gas, or a smaller page.
    error BoundedCallLibGasTooLow(uint256 gasLeft, uint256 needed);

    /// What is left for the caller after a call that used all of its gas: to undo a change, to emit an event, to go on.
    uint256 private constant RESERVE = 100_000;
    uint256 private constant ANSWER_BYTES = 256;

    /// @notice Calls `target` with exactly `gasLimit` gas and says whether it succeeded, and the beginning of its answer.
    /// @dev `target` has to have code, which is not checked: a call to an empty account succeeds.
    function tryCall(
        address target,
        uint256 gasLimit,
        bytes memory data
    ) internal returns (bool success, bytes memory answer) {
        // The EVM hands on at most 63/64 of what is left, silently; with this much the callee gets all of `gasLimit`.
        uint256 needed = gasLimit + gasLimit / 63 + RESERVE;
        require(gasleft() > needed, BoundedCallLibGasTooLow(gasleft(), needed));

        assembly ("memory-safe") {
            success := call(gasLimit, target, 0, add(data, 0x20), mload(data), 0, 0)

            let size := returndatasize()
            if gt(size, ANSWER_BYTES) {
                size := ANSWER_BYTES
            }
            answer := mload(0x40)
            mstore(answer, size)
            returndatacopy(add(answer, 0x20), 0, size)
            mstore(0x40, add(answer, add(0x20, ANSWER_BYTES)))
        }
    }
}
