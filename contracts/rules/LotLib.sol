// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {RulesStorage} from "./RulesStorage.sol";

/// @title Lots: how many of an investor's shares were acquired lately
/// @notice Oldest shares go first (FIFO). What is left of a holding are therefore its newest units, and those among them that were
/// acquired within the window are min(total, acquired within the window). Disposals need no bookkeeping, nothing is ever merged, and
/// nobody can lengthen or shorten another's lock-up by sending him shares (P21).
/// @dev Lots are added in the order of time. One that has left the window is forgotten at the next acquisition, so that a holding needs
/// more than its one slot only for a third lot within the window.
library LotLib {
    using Checkpoints for Checkpoints.Trace208;

    /// @notice How many of the shares count as young now: acquired less than `window` seconds ago.
    function young(
        RulesStorage.Holding memory holding,
        RulesStorage.Book storage book,
        uint32 investor,
        uint32 window
    ) internal view returns (uint256 amount) {
        if (_isYoung(holding.lastTime, window)) amount = holding.lastAmount;
        if (_isYoung(holding.priorTime, window)) {
            amount += holding.priorAmount;
            Checkpoints.Trace208 storage older = book.olderLots[investor];
            amount += older.latest() - older.upperLookup(_lastOld(window));
        }
        return amount < holding.total ? amount : holding.total;
    }

    /// @notice Notes an acquisition, at or after the last one, that makes an investor's holding `total`.
    function add(
        RulesStorage.Book storage book,
        uint32 investor,
        uint64 total,
        uint256 amount,
        uint32 time,
        uint32 window
    ) internal {
        RulesStorage.Holding storage slot = book.holdings[investor];
        RulesStorage.Holding memory holding = slot;
        holding.total = total;
        if (time <= holding.lastTime) {
            holding.lastAmount = _sum(holding.lastAmount, amount);
            return _write(slot, holding);
        }
        if (_isYoung(holding.priorTime, window)) {
            Checkpoints.Trace208 storage older = book.olderLots[investor];
            older.push(holding.priorTime, older.latest() + holding.priorAmount);
        }

        holding.priorAmount = holding.lastAmount;
        holding.priorTime = holding.lastTime;
        holding.lastAmount = _sum(0, amount);
        holding.lastTime = time;
        _write(slot, holding);
    }

    /// @dev All members at once: the compiler would read and write the slot for each.
    function _write(RulesStorage.Holding storage slot, RulesStorage.Holding memory holding) private {
        uint256 word = uint256(holding.total) | (uint256(holding.lastAmount) << 64);
        word |= (uint256(holding.lastTime) << 128) | (uint256(holding.priorAmount) << 160);
        word |= uint256(holding.priorTime) << 224;
        assembly ("memory-safe") {
            sstore(slot.slot, word)
        }
    }

    function _isYoung(uint32 time, uint32 window) private view returns (bool) {
        return block.timestamp < uint256(time) + window;
    }

    /// @dev The last second whose acquisitions are not young any more.
    function _lastOld(uint32 window) private view returns (uint48) {
        return block.timestamp > window ? uint48(block.timestamp - window) : 0;
    }

    /// @dev A second's acquisitions may go round in circles and exceed 64 bits; a holding never does, and is the smaller number.
    function _sum(uint64 one, uint256 other) private pure returns (uint64) {
        uint256 sum = one + other;
        return sum > type(uint64).max ? type(uint64).max : uint64(sum);
    }
}
