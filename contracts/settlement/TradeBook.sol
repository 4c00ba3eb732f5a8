// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISettlementDesk} from "./ISettlementDesk.sol";

/// @notice What became of orders and trades.
/// @param fills of an order: the low 64 bits are the shares that were traded, the most that fits if it was cancelled; the other 192, of
/// a buying order, the first bits of the id of the first trade in which it was filled
/// @param settled the trades that are not the first of their buying order
struct TradeBook {
    mapping(bytes32 order => uint256) fills;
    mapping(bytes32 trade => bool) settled;
}

/// @title Which trades were settled, and how far orders are filled
/// @dev Most orders are filled by one trade. That trade is remembered in the word that has to be written anyway, which spares it a slot
/// of its own. Nobody finds two trades with the same 192 bits; if he did, only the second of them could not be settled.
library TradeBookLib {
    uint256 private constant FILLED_BITS = 64;

    function filledOf(TradeBook storage self, bytes32 order) internal view returns (uint64) {
        return uint64(self.fills[order]);
    }

    function isSettled(TradeBook storage self, bytes32 trade, bytes32 buyOrder) internal view returns (bool) {
        return self.fills[buyOrder] >> FILLED_BITS == uint256(trade) >> FILLED_BITS || self.settled[trade];
    }

    /// @notice Remembers the trade.
    function take(TradeBook storage self, bytes32 trade, bytes32 buyOrder) internal {
        uint256 word = self.fills[buyOrder];
        uint256 first = word >> FILLED_BITS;
        uint256 mark = uint256(trade) >> FILLED_BITS;
        require(
            first != mark && !(first > 0 && self.settled[trade]),
            ISettlementDesk.SettlementDeskTradeSettled(trade)
        );

        if (first == 0) self.fills[buyOrder] = word | (mark << FILLED_BITS);
        else self.settled[trade] = true;
    }

    /// @param total shares that the order is for
    function fill(TradeBook storage self, bytes32 order, uint64 total, uint64 quantity) internal {
        uint256 word = self.fills[order];
        uint64 filled = uint64(word);
        uint64 left = filled < total ? total - filled : 0;
        require(quantity <= left, ISettlementDesk.SettlementDeskOverfilled(order, quantity, left));

        self.fills[order] = word + quantity; // at most `total`, which fits its bits
    }

    /// @notice Nothing of the order is left.
    function cancel(TradeBook storage self, bytes32 order) internal {
        self.fills[order] |= type(uint64).max;
    }
}
