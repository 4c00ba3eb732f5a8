// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BoundedCallLib} from "./BoundedCallLib.sol";

/// @title Questions that cannot hurt the one who asks
/// @notice Asks a contract that may be hostile, with a fixed amount of gas, and takes its answer only if it is not too long.
library BoundedReadLib {
    /// What is left for the asker after a call that used all of its gas.
    uint256 private constant RESERVE = 100_000;

    /// @notice Asks `target` with exactly `gasLimit` gas.
    /// @dev Reverts with `BoundedCallLibGasTooLow` if that much cannot be given: silence for want of gas is no answer, or the one who
    /// sends the transaction could choose it.
    /// @return success whether there is code, which answered, with at most `mostBytes`
    function tryRead(
        address target,
        uint256 gasLimit,
        uint256 mostBytes,
        bytes memory question
    ) internal view returns (bool success, bytes memory answer) {
        // The EVM hands on at most 63/64 of what is left, silently; with this much the callee gets all of `gasLimit`.
        uint256 needed = gasLimit + gasLimit / 63 + RESERVE;
        require(gasleft() > needed, BoundedCallLib.BoundedCallLibGasTooLow(gasleft(), needed));
        if (target.code.length == 0) return (false, answer);

        assembly ("memory-safe") {
            success := staticcall(gasLimit, target, add(question, 0x20), mload(question), 0, 0)
            success := and(success, iszero(gt(returndatasize(), mostBytes)))

            if success {
                let size := returndatasize()
                answer := mload(0x40)
                mstore(answer, size)
                returndatacopy(add(answer, 0x20), 0, size)
                mstore(0x40, add(answer, and(add(size, 0x3f), not(0x1f))))
            }
        }
    }
}
