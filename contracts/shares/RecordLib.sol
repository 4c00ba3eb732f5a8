// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {Asset, AssetRecord, Position, ShareState} from "./ShareState.sol";

/// @title Settling the past before something changes (D6)
/// @dev A balance is written only at the holder's first movement after a record. One checkpoint serves all records since
/// his last movement, because nothing of his moved in between: it is keyed by the latest of them and found by the first
/// key at or after the record asked for. A holder who never moved again has his present balance.
library RecordLib {
    using Checkpoints for Checkpoints.Trace208;

    uint48 internal constant NO_INSTANT = type(uint48).max;

    /// @dev Settles the past of a position whose cursor is behind, before it changes: one checkpoint, however many records have passed.
    function settlePosition(uint256 id, uint32 due, address account, Position storage position) internal {
        ShareState.get().pastBalances[id][account].push(due - 1, position.balance);
        position.cursor = due;
    }

    /// @dev The same for the supply, before an issue or a redemption.
    function settleSupply(uint256 id, uint32 due, Asset storage asset) internal {
        if (asset.supplyCursor >= due) return;

        ShareState.get().pastSupply[id].push(due - 1, asset.supply);
        asset.supplyCursor = due;
    }

    /// @dev Counts the records whose instant has passed; at most MOST_PENDING_RECORDS steps, and none on most calls.
    function refreshDue(uint256 id, Asset storage asset) internal returns (uint32 due) {
        due = asset.due;
        uint48 next = asset.nextInstant;
        if (next >= block.timestamp) return due;

        AssetRecord[] storage records = ShareState.get().records[id];
        while (next < block.timestamp) {
            ++due;
            next = due < records.length ? records[due].instant : NO_INSTANT;
        }
        asset.due = due;
        asset.nextInstant = next;
    }
}
