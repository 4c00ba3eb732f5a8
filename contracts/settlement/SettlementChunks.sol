// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {AssetSlot} from "./AssetSlotLib.sol";
import {CashSlot} from "./CashSlotLib.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";
import {LockBook} from "./LockTypes.sol";
import {LockedShares} from "./LockedShares.sol";
import {MandateKey, MandateLib} from "./MandateLib.sol";
import {NetVectorLib} from "./NetVectorLib.sol";
import {PositionalMerkle} from "./PositionalMerkle.sol";
import {CashAccount} from "./SettlementCash.sol";
import {SettlementHashLib} from "./SettlementHashLib.sol";
import {SettlementHolds} from "./SettlementHolds.sol";
import {Batch, BatchHeader, ChunkHeader, NetVector} from "./SettlementTypes.sol";

/// @notice An account while its chunk is being settled.
/// @param slot its cash and what is left of its mandate's
/// @param mandate the key of its live mandate
/// @param required what its net cash has to be at least by its mandate's prices, engine units
/// @param lastAsset one more than the place of the asset in which a delta of it was seen last
struct Party {
    address account;
    int256 cash;
    CashSlot slot;
    MandateKey mandate;
    int256 required;
    uint256 lastAsset;
}

/// @notice What the register is asked to move of one asset, and the prices between which it may be, engine units.
struct NetShares {
    address[] accounts;
    int256[] deltas;
    uint64 low;
    uint64 high;
}

/// @title Batches of netted chunks
/// @notice A batch says what there is to settle, chunk by chunk; a chunk settles as a whole, in beats: prove it, read the
/// accounts, take shares from the mandates, take and book cash, and only then let the register move the shares.
abstract contract SettlementChunks is SettlementHolds {
    using LockedShares for LockBook;
    using BitMaps for BitMaps.BitMap;
    using MandateLib for AssetSlot;
    using MandateLib for CashSlot;
    using SettlementHashLib for BatchHeader;
    using SettlementHashLib for ChunkHeader;
    using SettlementHashLib for NetVector;

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
        bytes32 netHash = vector.netHash();
        require(netHash == chunk.netHash, SettlementDeskNetHashDiffers(netHash, chunk.netHash));

        _takeChunk(chunk, proof);
        Party[] memory parties = _readParties(vector.currency, vector.accounts);
        NetShares[] memory movements = _takeShares(vector, parties);
        _takeCash(vector.currency, parties);
        if (unlocks.length > 0) _lockBook.unlockDebits(shares, vector, unlocks);

        for (uint256 i = 0; i < movements.length; ++i) {
            NetShares memory movement = movements[i];
            if (movement.accounts.length == 0) continue;
            shares.settleNet(vector.assets[i], movement.accounts, movement.deltas);
        }
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

    /// @dev Every account in a chunk needs a live mandate, whatever moves.
    function _readParties(address currency, uint256[] calldata words) private view returns (Party[] memory parties) {
        mapping(address account => CashAccount) storage accounts = _accounts[currency];
        parties = new Party[](words.length);
        address last;
        int256 sum;

        for (uint256 i = 0; i < words.length; ++i) {
            (address account, int256 cash) = NetVectorLib.readAccount(words[i]);
            require(account > last, SettlementDeskAccountsOutOfOrder(i));
            CashSlot slot = accounts[account].slot;
            uint40 expiry = slot.expiry();
            require(expiry > 0, SettlementDeskMandateMissing(account, currency));
            require(block.timestamp <= expiry, SettlementDeskExpired(account, expiry));

            Party memory party = parties[i];
            party.account = account;
            party.cash = cash;
            party.slot = slot;
            party.mandate = MandateLib.keyOf(account, slot.mandate());
            last = account;
            sum += cash;
        }

        require(sum == 0, SettlementDeskCashNotZero(sum));
    }

    function _takeShares(
        NetVector calldata vector,
        Party[] memory parties
    ) private returns (NetShares[] memory movements) {
        NetVectorLib.checkAssets(vector.assets);
        movements = new NetShares[](vector.assets.length);
        uint256[] calldata words = vector.shares;
        uint256 from;

        for (uint256 i = 0; i < movements.length; ++i) {
            uint256 end = NetVectorLib.runEnd(words, from, i);
            uint256 asset = vector.assets[i];
            NetShares memory movement = _begin(vector.currency, asset, end - from);
            _takeRun(_limits[vector.currency][asset], asset, i, words[from:end], parties, movement);
            movements[i] = movement;
            from = end;
        }

        require(from == words.length, SettlementDeskSharesOutOfOrder(from));
    }

    function _begin(address currency, uint256 asset, uint256 count) private view returns (NetShares memory movement) {
        (uint8 code, uint64 low, uint64 high) = _unitBand(asset, currency);
        require(code == 0, SettlementDeskPriceNotUsable(asset, code));

        movement = NetShares(new address[](count), new int256[](count), low, high);
    }

    /// @dev All words of one asset.
    function _takeRun(
        mapping(MandateKey => AssetSlot) storage limits,
        uint256 asset,
        uint256 place,
        uint256[] calldata words,
        Party[] memory parties,
        NetShares memory movement
    ) private {
        uint256 last;

        for (uint256 i = 0; i < words.length; ++i) {
            uint256 word = words[i];
            (uint256 index, int256 delta) = NetVectorLib.readShares(word);
            require(index < parties.length, SettlementDeskNoSuchPlace(word));
            uint256 rank = NetVectorLib.rank(index, delta);
            require(delta != 0 && rank > last, SettlementDeskSharesOutOfOrder(i));
            last = rank;

            Party memory party = parties[index];
            _takeWord(limits, asset, place, party, delta, movement);
            movement.accounts[i] = party.account;
            movement.deltas[i] = delta;
        }
    }

    function _takeWord(
        mapping(MandateKey => AssetSlot) storage limits,
        uint256 asset,
        uint256 place,
        Party memory party,
        int256 delta,
        NetShares memory movement
    ) private {
        require(party.lastAsset <= place, SettlementDeskAccountTwice(party.account, asset));
        party.lastAsset = place + 1;

        int256 required;
        (limits[party.mandate], required) = limits[party.mandate].takeShares(party.account, asset, delta);

        // The guard's band narrows the signed prices; which of the two asks for more cash counts.
        int256 banded = -delta * int256(uint256(delta > 0 ? movement.high : movement.low));
        party.required += required > banded ? required : banded;
    }

    function _takeCash(address currency, Party[] memory parties) private {
        mapping(address account => CashAccount) storage accounts = _accounts[currency];

        for (uint256 i = 0; i < parties.length; ++i) {
            Party memory party = parties[i];
            CashAccount storage entry = accounts[party.account];
            CashSlot left = party.slot.takeCash(party.account, party.cash, party.required);
            entry.slot = _book(left, entry.owner, party.account, currency, party.cash);
        }
    }

    function _close(uint64 number, Batch storage batch) private {
        batch.open = false;

        emit BatchClosed(number, batch.settledChunks);
    }
}
