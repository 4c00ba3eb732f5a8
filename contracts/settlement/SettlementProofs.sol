// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISettlementDesk} from "./ISettlementDesk.sol";
import {PositionalMerkle} from "./PositionalMerkle.sol";
import {SettlementChunks} from "./SettlementChunks.sol";
import {SettlementHashLib} from "./SettlementHashLib.sol";
import {BatchHeader, ChunkHeader} from "./SettlementTypes.sol";

/// @title What a batch committed to
/// @notice Anyone who has a record can show that it is part of a batch, without the operator and without the batch file.
/// @dev A leaf's preimage is a zero byte and a record of a length that is checked, never the 64 bytes of a node.
abstract contract SettlementProofs is SettlementChunks {
    using PositionalMerkle for bytes;
    using SettlementHashLib for BatchHeader;

    uint256 private constant INSTRUCTION_BYTES = 80;
    uint256 private constant RECEIPT_BYTES = 64;
    uint256 private constant POSITION_BYTES = 71;

    /// @inheritdoc ISettlementDesk
    function isRecordProved(
        uint64 number,
        ChunkHeader calldata chunk,
        bytes32[] calldata chunkProof,
        bytes calldata record,
        uint256 index,
        bytes32[] calldata proof
    ) external view returns (bool) {
        bool isReceipt = record.length == RECEIPT_BYTES;
        uint256 first = chunk.firstInstruction;
        if (!isReceipt && record.length != INSTRUCTION_BYTES) return false;
        if (index < first || !isChunkProved(number, chunk, chunkProof)) return false;

        bytes32 root = isReceipt ? chunk.receiptsRoot : chunk.instructionsRoot;
        return PositionalMerkle.isProved(root, chunk.instructionCount, record.leafOf(), index - first, proof);
    }

    /// @inheritdoc ISettlementDesk
    /// @dev The header is not stored, its hash is. How many positions there are nobody needs to know: a leaf cannot be taken
    /// for a node, so that only the true path leads from it to the root.
    function isPositionProved(
        BatchHeader calldata header,
        bytes calldata record,
        uint256 path,
        bytes32[] calldata proof
    ) external view returns (bool) {
        return
            record.length == POSITION_BYTES &&
            header.batchHash(block.chainid, address(this)) == _batches[header.number].batchHash &&
            path >> proof.length == 0 &&
            PositionalMerkle.climb(record.leafOf(), path, proof) == header.positionsRoot;
    }
}
