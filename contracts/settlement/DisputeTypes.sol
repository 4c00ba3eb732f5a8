// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ChunkHeader, Movement} from "./SettlementTypes.sol";

// What whoever disputes a chunk brings along; all of it follows from the published batch file.

/// @notice A chunk and that its batch committed to it.
/// @param number of the batch
/// @param chunkProof of the chunk's leaf under the batch's `chunksRoot`
struct Exhibit {
    uint64 number;
    ChunkHeader chunk;
    bytes32[] chunkProof;
}

/// @notice One account's shares of one asset, or its cash in one currency; as in a movement.
struct Position {
    uint24 kind;
    address account;
    uint256 unit;
}

/// @notice A movement and where it stands in the chunk's tree.
struct PlacedMovement {
    Movement movement;
    uint256 place;
    bytes32[] proof;
}

/// @notice An instruction and its receipt, as bytes (docs/formats.md, 2.2 and 2.3).
/// @param index of both in the batch
struct PlacedRecords {
    uint256 index;
    bytes instruction;
    bytes32[] instructionProof;
    bytes receipt;
    bytes32[] receiptProof;
}

/// @notice What a chunk was proved to have wrong.
enum Wrong {
    Order,
    Net,
    Receipt,
    Trade,
    Transfer,
    Repeat
}
