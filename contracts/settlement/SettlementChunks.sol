// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {ChunkSettlement} from "./ChunkSettlement.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";
import {LockBook} from "./LockTypes.sol";
import {LockedShares} from "./LockedShares.sol";
import {PositionalMerkle} from "./PositionalMerkle.sol";
import {SettlementExchanges} from "./SettlementExchanges.sol";
import {SettlementHashLib} from "./SettlementHashLib.sol";
import {SettlementHolds} from "./SettlementHolds.sol";
import {Batch, BatchHeader, ChunkHeader, NetVector} from "./SettlementTypes.sol";

/// @title Batches of netted chunks
/// @notice A batch says what there is to settle, chunk by chunk; a chunk, once proved, is settled by
/// `ChunkSettlement`, as a whole or not at all.
abstract contract SettlementChunks is SettlementHolds {
    using LockedShares for LockBook;
    using BitMaps for BitMaps.BitMap;
    using SettlementHashLib for BatchHeader;
    using SettlementHashLib for ChunkHeader;

    /// @notice How long only the operator may close a batch.
    uint48 public constant CLOSING_DELAY = 1 days;

    /// @dev 0 strict, 1 optimised.
    uint8 private constant LAST_MODE = 1;

    /// @inheritdoc ISettlementDesk
    uint64 public lastBatch;

    mapping(uint64 number => Batch) internal _batches;
    mapping(uint64 number => BitMaps.BitMap) private _settledChunks;

    /// @inheritdoc ISettlementDesk
    /// @dev Time and opening block are the operator's word, hashed so that anyone can hold him to it; expiries on chain go by the chain's clock.
    function openBatch(BatchHeader calldata header) external restricted whenNotPaused {
        uint64 number = lastBatch + 1;
        require(header.number == number, SettlementDeskWrongBatchNumber(header.number, number));
        require(!_batches[lastBatch].open, SettlementDeskBatchOpen(lastBatch));
        require(
            header.mode <= LAST_MODE && header.chunkCount > 0,
            SettlementDeskInvalidBatch(number, header.mode, header.chunkCount)
        );

        bytes32 batchHash = header.batchHash(block.chainid, address(this));
        lastBatch = number;
        Batch storage batch = _batches[number];
        batch.batchHash = batchHash;
        batch.chunksRoot = header.chunksRoot;
        batch.openedAt = uint48(block.timestamp);
        batch.chunkCount = header.chunkCount;
        batch.mode = header.mode;
        batch.open = true;

        emit BatchOpened(number, batchHash, header.chunksRoot, header.positionsRoot, header.fileHash);
    }

    /// @inheritdoc ISettlementDesk
    function settleChunk(
        ChunkHeader calldata chunk,
        bytes32[] calldata proof,
        NetVector calldata vector,
        uint256[] calldata unlocks
    ) external restricted whenNotPaused nonReentrant {
        _takeChunk(chunk, proof);
        if (unlocks.length > 0) _lockBook.unlockDebits(shares, vector, unlocks);
        ChunkSettlement.settle(_cash, _limits, shares, priceGuard, chunk.netHash, vector);
    }

    /// @inheritdoc ISettlementDesk
    function closeBatch() external {
        uint64 number = lastBatch;
        Batch storage batch = _batches[number];
        require(batch.open, SettlementDeskNoBatchOpen());
        if (block.timestamp < batch.openedAt + CLOSING_DELAY) _checkCanCall(msg.sender, msg.data);

        _close(number, batch);
    }

    /// @inheritdoc ISettlementDesk
    function batchOf(uint64 number) external view returns (Batch memory) {
        return _batches[number];
    }

    /// @inheritdoc ISettlementDesk
    function isChunkSettled(uint64 number, uint32 index) external view returns (bool) {
        return _settledChunks[number].get(index);
    }

    /// @inheritdoc ISettlementDesk
    function isChunkProved(
        uint64 number,
        ChunkHeader calldata chunk,
        bytes32[] calldata proof
    ) public view returns (bool) {
        Batch storage batch = _batches[number];
        return PositionalMerkle.isProved(batch.chunksRoot, batch.chunkCount, chunk.leaf(), chunk.index, proof);
    }

    function _takeChunk(ChunkHeader calldata chunk, bytes32[] calldata proof) private {
        uint64 number = lastBatch;
        Batch storage batch = _batches[number];
        uint32 index = chunk.index;
        require(batch.open, SettlementDeskNoBatchOpen());
        require(index >= batch.nextChunk, SettlementDeskChunkOutOfOrder(index, batch.nextChunk));
        require(isChunkProved(number, chunk, proof), SettlementDeskChunkNotProved(index, chunk.leaf()));

        batch.nextChunk = index + 1;
        batch.settledChunks += 1;
        _settledChunks[number].set(index);

        emit ChunkSettled(number, index, chunk.netHash);
        if (index + 1 == batch.chunkCount) _close(number, batch);
    }

    function _dropOpenBatch() internal override {
        Batch storage batch = _batches[lastBatch];
        if (batch.open) _close(lastBatch, batch);
    }

    function _close(uint64 number, Batch storage batch) private {
        batch.open = false;

        emit BatchClosed(number, batch.settledChunks);
    }
}
