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

    /// @notice A holding as one word; from the low end: total (64 bits), lastAmount (64), lastTime (32), priorAmount (64), priorTime (32).
    /// @dev Words, because the compiler would read and write the slot once per member.
    function read(RulesStorage.Holding storage holding) internal view returns (uint256 word) {
        assembly ("memory-safe") {
            word := sload(holding.slot)
        }
    }

    function write(RulesStorage.Holding storage holding, uint256 word) internal {
        assembly ("memory-safe") {
            sstore(holding.slot, word)
        }
    }

    /// @notice The same lots under another total.
    function withTotal(uint256 word, uint64 total) internal pure returns (uint256) {
        return ((word >> 64) << 64) | total;
    }

    /// @notice How many of the shares count as young now: acquired less than `window` seconds ago.
    function young(
        uint256 word,
        RulesStorage.Book storage book,
        uint32 investor,
        uint32 window
    ) internal view returns (uint256 amount) {
        if (!_isYoung(uint32(word >> 128), window)) return 0; // nor is any lot before the last one
        amount = uint64(word >> 64);
        if (_isYoung(uint32(word >> 224), window)) {
            amount += uint64(word >> 160);
            Checkpoints.Trace208 storage older = book.olderLots[investor];
            amount += older.latest() - older.upperLookup(_lastOld(window));
        }
        uint256 total = uint64(word);
        return amount < total ? amount : total;
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
        RulesStorage.Holding storage holding = book.holdings[investor];
        write(holding, withLot(withTotal(read(holding), total), book, investor, amount, time, window));
    }

    /// @notice The holding, whose total is already what it will be, with an acquisition at or after the last one.
    /// @param amount at most the total
    function withLot(
        uint256 word,
        RulesStorage.Book storage book,
        uint32 investor,
        uint256 amount,
        uint32 time,
        uint32 window
    ) internal returns (uint256) {
        uint256 lastAmount = uint64(word >> 64);
        uint256 lastTime = uint32(word >> 128);
        if (time <= lastTime) return word + ((_sum(lastAmount, amount) - lastAmount) << 64);

        uint32 priorTime = uint32(word >> 224);
        if (_isYoung(priorTime, window)) {
            Checkpoints.Trace208 storage older = book.olderLots[investor];
            older.push(priorTime, older.latest() + uint64(word >> 160));
        }
        word = uint64(word) | (amount << 64) | (uint256(time) << 128);
        return word | (lastAmount << 160) | (lastTime << 224);
    }

    function _isYoung(uint256 time, uint256 window) private view returns (bool) {
        unchecked {
            return block.timestamp < time + window; // both of 32 bits
        }
    }

    /// @dev The last second whose acquisitions are not young any more.
    function _lastOld(uint32 window) private view returns (uint48) {
        return block.timestamp > window ? uint48(block.timestamp - window) : 0;
    }

    /// @dev A second's acquisitions may go round in circles and exceed 64 bits; a holding never does, and is the smaller number.
    function _sum(uint256 one, uint256 other) private pure returns (uint256) {
        uint256 sum;
        unchecked {
            sum = one + other; // both of 64 bits
        }
        return sum > type(uint64).max ? type(uint64).max : sum;
    }
}
