// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {NetContext, NetPosition} from "./ITransferRule.sol";

/// @title A netted chunk of one asset as rules are asked about it, in one piece of memory
/// @notice It is laid out as the arguments of `ITransferRule.allowsNet`, which are those of `ICompositeRule.refusalOfNet` too: the
/// place of the parameters, the context, the places of positions and parties, the positions, the parties. The token writes what it
/// knows where the rules will read it, and nobody on the way takes it apart: that would cost more than the rules do.
/// @dev A struct or an array of words in memory stands there as in a call, so that the pieces can be read and written as what they are.
library NetTable {
    uint256 private constant HEAD = 0xe0;
    uint256 private constant POSITION = 0xc0;

    /// @notice A table for `count` positions; all that is to be known of them is still zero.
    function make(uint256 count) internal pure returns (bytes memory table) {
        table = new bytes(HEAD + 0x20 + count * POSITION + 0x20 + count * 0x20);
        assembly ("memory-safe") {
            let behind := add(add(HEAD, 0x20), mul(count, POSITION))
            let head := add(table, 0x20)
            mstore(add(head, 0xa0), HEAD)
            mstore(add(head, 0xc0), behind)
            mstore(add(head, HEAD), count)
            mstore(add(head, behind), count)
        }
    }

    /// @notice A copy, with room behind it for the parameters of one rule (RuleAsking).
    function copy(bytes calldata given, uint256 room) internal pure returns (bytes memory table) {
        assembly ("memory-safe") {
            table := mload(0x40)
            mstore(table, given.length)
            calldatacopy(add(table, 0x20), given.offset, given.length)
            mstore(0x40, add(add(table, 0x20), and(add(add(given.length, room), 0x1f), not(0x1f))))
        }
    }

    /// @notice The asset, read from a table that was not copied yet.
    function assetOf(bytes calldata table) internal pure returns (uint256) {
        return uint256(bytes32(table[0x20:]));
    }

    function contextOf(bytes memory table) internal pure returns (NetContext memory context) {
        assembly ("memory-safe") {
            context := add(table, 0x40)
        }
    }

    /// @notice Who is behind the positions, in the same order.
    function partiesOf(bytes memory table) internal pure returns (Party[] memory parties) {
        assembly ("memory-safe") {
            let head := add(table, 0x20)
            parties := add(head, mload(add(head, 0xc0)))
        }
    }

    /// @notice The first position; there is one in every table that is not empty. The next one stands 0xc0 bytes behind it.
    /// @dev Whoever goes through them adds that to the place that he has: a function that returned the next would zero memory for it first.
    function first(bytes memory table) internal pure returns (NetPosition memory position) {
        assembly ("memory-safe") {
            position := add(table, add(0x40, HEAD))
        }
    }
}
