// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IShareToken} from "./IShareToken.sol";
import {RecordLib} from "./RecordLib.sol";
import {Asset, AssetRecord, Position, ShareState} from "./ShareState.sol";

/// @title Records: what everybody held at an instant (D6), as IShareToken describes
/// @dev A library of its own for the size of the token's code only.
library RecordBook {
    using Checkpoints for Checkpoints.Trace208;

    uint256 private constant MOST_PENDING = 8;

    function open(uint256 id, uint48 instant) external returns (uint32 record) {
        Asset storage asset = ShareState.listed(id);
        AssetRecord[] storage records = ShareState.get().records[id];
        RecordLib.refreshDue(id, asset);
        uint256 pending = records.length - asset.due;
        uint256 earliest = _earliestInstant(records);
        require(instant >= earliest, IShareToken.ShareTokenRecordTooEarly(id, instant, earliest));
        require(instant < RecordLib.NO_INSTANT, IShareToken.ShareTokenTooLarge(instant));
        require(pending < MOST_PENDING, IShareToken.ShareTokenTooManyRecords(id, pending));

        record = uint32(records.length); // 2^32 records would take more blocks than there will be
        records.push(AssetRecord(instant, false));
        if (pending == 0) asset.nextInstant = instant;

        emit IShareToken.RecordOpened(id, record, instant);
    }

    /// @dev A cancelled record takes the instant of the one before it, so that instants keep ascending and it passes silently.
    function cancel(uint256 id, uint32 record) external {
        AssetRecord storage asked = _record(id, record);
        require(!asked.cancelled, IShareToken.ShareTokenRecordIsCancelled(id, record));
        require(asked.instant > block.timestamp, IShareToken.ShareTokenRecordPast(id, record, asked.instant));
        Asset storage asset = ShareState.get().assets[id];
        RecordLib.refreshDue(id, asset);

        asked.cancelled = true;
        asked.instant = record == 0 ? 0 : ShareState.get().records[id][record - 1].instant;
        _lowerCancelledAfter(id, record, asked.instant);
        if (asset.due == record) asset.nextInstant = asked.instant;

        emit IShareToken.RecordCancelled(id, record);
    }

    function recordAt(uint256 id, uint32 record) external view returns (uint48 instant, bool cancelled) {
        AssetRecord memory asked = _record(id, record);
        return (asked.instant, asked.cancelled);
    }

    function recordCount(uint256 id) external view returns (uint32) {
        return uint32(ShareState.get().records[id].length); // each takes a 32-bit number, see open
    }

    function balanceOfAt(address account, uint256 id, uint32 record) external view returns (uint256) {
        _requireReadable(id, record);
        return _balanceAt(account, id, record);
    }

    function holdersPage(
        uint256 id,
        uint256 first,
        uint256 count
    ) external view returns (address[] memory accounts, uint256[] memory balances) {
        accounts = _page(id, first, count);
        balances = new uint256[](accounts.length);
        for (uint256 i = 0; i < accounts.length; ++i) {
            balances[i] = ShareState.get().positions[id][accounts[i]].balance;
        }
    }

    function holdersPageAt(
        uint256 id,
        uint32 record,
        uint256 first,
        uint256 count
    ) external view returns (address[] memory accounts, uint256[] memory balances) {
        _requireReadable(id, record);
        accounts = _page(id, first, count);
        balances = new uint256[](accounts.length);
        for (uint256 i = 0; i < accounts.length; ++i) balances[i] = _balanceAt(accounts[i], id, record);
    }

    function _page(uint256 id, uint256 first, uint256 count) private view returns (address[] memory accounts) {
        address[] storage all = ShareState.get().holders[id];
        uint256 end = first < all.length ? first + Math.min(count, all.length - first) : first;
        accounts = new address[](end - first);
        for (uint256 i = first; i < end; ++i) accounts[i - first] = all[i];
    }

    function _balanceAt(address account, uint256 id, uint32 record) private view returns (uint256) {
        Position storage position = ShareState.get().positions[id][account];
        if (position.cursor <= record) return position.balance;
        return ShareState.get().pastBalances[id][account].lowerLookup(record);
    }

    function supplyAt(uint256 id, uint32 record) external view returns (uint256) {
        _requireReadable(id, record);
        Asset storage asset = ShareState.get().assets[id];
        if (asset.supplyCursor <= record) return asset.supply;
        return ShareState.get().pastSupply[id].lowerLookup(record);
    }

    /// @dev Cancelled records that follow a cancelled one had taken its instant; they sink with it.
    function _lowerCancelledAfter(uint256 id, uint32 record, uint48 instant) private {
        AssetRecord[] storage records = ShareState.get().records[id];
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
        require(!asked.cancelled, IShareToken.ShareTokenRecordIsCancelled(id, record));
        require(block.timestamp > asked.instant, IShareToken.ShareTokenRecordNotReadable(id, record, asked.instant));
    }

    function _record(uint256 id, uint32 record) private view returns (AssetRecord storage) {
        AssetRecord[] storage records = ShareState.get().records[id];
        require(record < records.length, IShareToken.ShareTokenUnknownRecord(id, record));
        return records[record];
    }
}
