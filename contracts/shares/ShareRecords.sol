// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IShareToken} from "./IShareToken.sol";
import {ShareStorage} from "./ShareStorage.sol";

/// @title Records: what everybody held at an instant (D6)
/// @dev A balance is written only at the holder's first movement after a record. One checkpoint serves all records since
/// his last movement, because nothing of his moved in between: it is keyed by the latest of them and found by the first
/// key at or after the record asked for. A holder who never moved again has his present balance.
abstract contract ShareRecords is ShareStorage {
    using Checkpoints for Checkpoints.Trace208;

    uint256 internal constant MOST_PENDING_RECORDS = 8;
    uint48 internal constant NO_INSTANT = type(uint48).max;

    /// @inheritdoc IShareToken
    function recordAt(uint256 id, uint32 record) external view returns (uint48 instant, bool cancelled) {
        AssetRecord memory asked = _record(id, record);
        return (asked.instant, asked.cancelled);
    }

    /// @inheritdoc IShareToken
    function recordCount(uint256 id) external view returns (uint32) {
        return uint32(_register().records[id].length); // each takes a 32-bit number, see _openRecord
    }

    /// @inheritdoc IShareToken
    function balanceOfAt(address account, uint256 id, uint32 record) external view returns (uint256) {
        _requireReadable(id, record);
        Position storage position = _register().positions[id][account];
        if (position.cursor <= record) return position.balance;
        return _register().pastBalances[id][account].lowerLookup(record);
    }

    /// @inheritdoc IShareToken
    function supplyAt(uint256 id, uint32 record) external view returns (uint256) {
        _requireReadable(id, record);
        Asset storage asset = _register().assets[id];
        if (asset.supplyCursor <= record) return asset.supply;
        return _register().pastSupply[id].lowerLookup(record);
    }

    function _openRecord(uint256 id, uint48 instant) internal returns (uint32 record) {
        Asset storage asset = _listed(id);
        AssetRecord[] storage records = _register().records[id];
        _refreshDue(id, asset);
        uint256 pending = records.length - asset.due;
        uint256 earliest = _earliestInstant(records);
        require(instant >= earliest, ShareTokenRecordTooEarly(id, instant, earliest));
        require(instant < NO_INSTANT, ShareTokenTooLarge(instant));
        require(pending < MOST_PENDING_RECORDS, ShareTokenTooManyRecords(id, pending));

        record = uint32(records.length); // 2^32 records would take more blocks than there will be
        records.push(AssetRecord(instant, false));
        if (pending == 0) asset.nextInstant = instant;

        emit RecordOpened(id, record, instant);
    }

    /// @dev A cancelled record takes the instant of the one before it, so that instants keep ascending and it passes silently.
    function _cancelRecord(uint256 id, uint32 record) internal {
        AssetRecord storage asked = _record(id, record);
        require(!asked.cancelled, ShareTokenRecordIsCancelled(id, record));
        require(asked.instant > block.timestamp, ShareTokenRecordPast(id, record, asked.instant));
        Asset storage asset = _register().assets[id];
        _refreshDue(id, asset);

        asked.cancelled = true;
        asked.instant = record == 0 ? 0 : _register().records[id][record - 1].instant;
        _lowerCancelledAfter(id, record, asked.instant);
        if (asset.due == record) asset.nextInstant = asked.instant;

        emit RecordCancelled(id, record);
    }

    /// @dev Settles the past of a position before it changes: at most one checkpoint, however many records have passed. The caller
    /// writes the position.
    function _settlePosition(uint256 id, Asset storage asset, address account, Position memory position) internal {
        uint32 due = _refreshDue(id, asset);
        if (position.cursor >= due) return;

        _register().pastBalances[id][account].push(due - 1, position.balance);
        position.cursor = due;
    }

    /// @dev The same for the supply, before an issue or a redemption.
    function _settleSupply(uint256 id, Asset storage asset) internal {
        uint32 due = _refreshDue(id, asset);
        if (asset.supplyCursor >= due) return;

        _register().pastSupply[id].push(due - 1, asset.supply);
        asset.supplyCursor = due;
    }

    /// @dev Counts the records whose instant has passed; at most MOST_PENDING_RECORDS steps, and none on most calls.
    function _refreshDue(uint256 id, Asset storage asset) private returns (uint32 due) {
        due = asset.due;
        uint48 next = asset.nextInstant;
        if (next >= block.timestamp) return due;

        AssetRecord[] storage records = _register().records[id];
        while (next < block.timestamp) {
            ++due;
            next = due < records.length ? records[due].instant : NO_INSTANT;
        }
        asset.due = due;
        asset.nextInstant = next;
    }

    /// @dev Cancelled records that follow a cancelled one had taken its instant; they sink with it.
    function _lowerCancelledAfter(uint256 id, uint32 record, uint48 instant) private {
        AssetRecord[] storage records = _register().records[id];
        for (uint256 i = record + 1; i < records.length && records[i].cancelled; ++i) records[i].instant = instant;
    }

    /// @dev Now, or right after the last record that stands.
    function _earliestInstant(AssetRecord[] storage records) private view returns (uint256) {
        if (records.length == 0) return block.timestamp;
        AssetRecord memory last = records[records.length - 1];
        uint256 afterLast = uint256(last.instant) + 1; // a cancelled one carries the instant of the last that stands
        return afterLast > block.timestamp ? afterLast : block.timestamp;
    }

    function _requireReadable(uint256 id, uint32 record) private view {
        AssetRecord memory asked = _record(id, record);
        require(!asked.cancelled, ShareTokenRecordIsCancelled(id, record));
        require(block.timestamp > asked.instant, ShareTokenRecordNotReadable(id, record, asked.instant));
    }

    function _record(uint256 id, uint32 record) private view returns (AssetRecord storage) {
        AssetRecord[] storage records = _register().records[id];
        require(record < records.length, ShareTokenUnknownRecord(id, record));
        return records[record];
    }
}
