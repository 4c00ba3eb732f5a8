// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PlacedMovement, Position} from "./DisputeTypes.sol";
import {ISettlementDisputes} from "./ISettlementDisputes.sol";
import {PositionalMerkle} from "./PositionalMerkle.sol";
import {SettlementHashLib} from "./SettlementHashLib.sol";
import {ChunkHeader, Movement} from "./SettlementTypes.sol";

// Kinds of positions.
uint24 constant SHARES = 1;
uint24 constant CASH = 2;

/// @title Reading a chunk's movements
/// @notice They ascend by position, then by instruction, so that two neighbours show what stands between them: nothing.
library MovementLib {
    using SettlementHashLib for Movement;

    /// @notice Behind every instruction there can be.
    uint256 private constant BEHIND_ALL = type(uint256).max;

    /// @notice Requires that the movements are the chunk's own and stand side by side.
    function check(PlacedMovement[] calldata placed, ChunkHeader calldata chunk) internal pure {
        for (uint256 i = 0; i < placed.length; ++i) {
            PlacedMovement calldata each = placed[i];
            require(
                PositionalMerkle.isProved(
                    chunk.movementsRoot,
                    chunk.movementCount,
                    each.movement.leaf(),
                    each.place,
                    each.proof
                ),
                ISettlementDisputes.SettlementDisputesMovementNotProved(each.place)
            );
            require(
                i == 0 || each.place == placed[i - 1].place + 1,
                ISettlementDisputes.SettlementDisputesNotNeighbours()
            );
        }
    }

    /// @notice What `instruction` moved of `position`; 0 if the neighbours show that it did not.
    function deltaOf(
        PlacedMovement[] calldata neighbours,
        ChunkHeader calldata chunk,
        Position calldata position,
        uint256 instruction
    ) internal pure returns (int256) {
        check(neighbours, chunk);
        if (neighbours.length == 1 && compare(neighbours[0].movement, position, instruction) == 0) {
            return neighbours[0].movement.delta;
        }

        (bool isThere, Movement calldata before) = _lastNotBehind(neighbours, chunk, position, instruction);
        return isThere && compare(before, position, instruction) == 0 ? int256(before.delta) : int256(0);
    }

    /// @notice What all instructions of the chunk moved of `position`.
    function netOf(
        PlacedMovement[] calldata neighbours,
        ChunkHeader calldata chunk,
        Position calldata position
    ) internal pure returns (int256) {
        check(neighbours, chunk);

        (bool isThere, Movement calldata last) = _lastNotBehind(neighbours, chunk, position, BEHIND_ALL);
        return isThere && isOf(last, position) ? int256(last.total) : int256(0);
    }

    /// @notice Whether `movement` is one of `position`.
    function isOf(Movement calldata movement, Position memory position) internal pure returns (bool) {
        return movement.kind == position.kind && movement.account == position.account && movement.unit == position.unit;
    }

    /// @notice Whether `movement` comes before (-1), at (0) or behind (1) where `instruction` of `position` stands.
    function compare(
        Movement calldata movement,
        Position memory position,
        uint256 instruction
    ) internal pure returns (int256) {
        uint256 owner = (uint256(movement.kind) << 160) | uint160(movement.account);
        uint256 wanted = (uint256(position.kind) << 160) | uint160(position.account);
        if (owner != wanted) return _sign(owner, wanted);
        if (movement.unit != position.unit) return _sign(movement.unit, position.unit);
        return movement.instruction == instruction ? int256(0) : _sign(movement.instruction, instruction);
    }

    function _sign(uint256 one, uint256 other) private pure returns (int256) {
        return one < other ? int256(-1) : int256(1);
    }

    /// @dev With one neighbour the tree has an edge: nothing stands before its first place, and nothing behind its last.
    function _lastNotBehind(
        PlacedMovement[] calldata neighbours,
        ChunkHeader calldata chunk,
        Position calldata position,
        uint256 instruction
    ) private pure returns (bool isThere, Movement calldata last) {
        uint256 count = neighbours.length;
        last = count == 0 ? _nothing() : neighbours[0].movement;
        bool isShown;
        if (count == 0) isShown = chunk.movementCount == 0;
        if (count == 1) {
            isThere = compare(last, position, instruction) <= 0;
            isShown = neighbours[0].place == (isThere ? uint256(chunk.movementCount) - 1 : 0);
        }
        if (count == 2) {
            isThere = true;
            isShown =
                compare(last, position, instruction) <= 0 &&
                compare(neighbours[1].movement, position, instruction) > 0;
        }
        require(isShown, ISettlementDisputes.SettlementDisputesNotNeighbours());
    }

    /// @dev A movement to point at where there is none; nobody reads it.
    function _nothing() private pure returns (Movement calldata movement) {
        assembly ("memory-safe") {
            movement := 0
        }
    }
}
