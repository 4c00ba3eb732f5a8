// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IShareToken} from "../shares/IShareToken.sol";
import {CashBook} from "./CashBook.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";
import {SettlementHashLib} from "./SettlementHashLib.sol";
import {SettlementMandates} from "./SettlementMandates.sol";
import {Order, SignedTrade, Trade} from "./SettlementTypes.sol";
import {TradeBook, TradeContext, TradeSettlement} from "./TradeSettlement.sol";

/// @title Trades, one at a time or a list of them
/// @notice Each is settled by `TradeSettlement`, as a whole or not at all.
abstract contract SettlementTrades is SettlementMandates {
    using SettlementHashLib for Order;
    using SettlementHashLib for Trade;

    /// @notice Trades that one list may have.
    uint256 public constant MOST_TRADES = 128;

    /// @notice Gas that every trade of a list gets if it needs it: a wallet or a rule that burns gas burns no more than this.
    uint256 public constant TRADE_GAS = 1_500_000;

    /// @dev Of what a refused trade says no more is kept: every error that there is fits, and an enormous answer costs nothing.
    uint256 private constant REASON_BYTES = 256;

    /// @dev More than a call itself takes before the gas for what it calls is counted.
    uint256 private constant CALL_COST = 5_000;

    /// @inheritdoc ISettlementDesk
    IShareToken public immutable shares;

    TradeBook private _trades;

    constructor(IShareToken shares_) {
        shares = shares_;
    }

    /// @inheritdoc ISettlementDesk
    function settleTrade(SignedTrade calldata trade) external restricted whenNotPaused nonReentrant {
        TradeSettlement.settle(_cash, _trades, _context(), trade);
    }

    /// @inheritdoc ISettlementDesk
    function settleTrades(
        SignedTrade[] calldata trades
    ) external restricted whenNotPaused nonReentrant returns (uint256 settled) {
        require(
            trades.length > 0 && trades.length <= MOST_TRADES,
            SettlementDeskListLength(trades.length, MOST_TRADES)
        );
        TradeContext memory context = _context();

        for (uint256 place = 0; place < trades.length; ++place) {
            (bool success, bytes memory reason) = _tryTrade(context, trades[place], place);
            if (success) ++settled;
            else emit TradeRefused(TradeSettlement.digest(context.domain, trades[place]), place, reason);
        }
    }

    /// @inheritdoc ISettlementDesk
    function cancelOrder(Order calldata order) external {
        require(msg.sender == order.trader, SettlementDeskNotTrader(msg.sender, order.trader));

        bytes32 id = hashOrder(order);
        _trades.filled[id] = type(uint64).max;

        emit OrderCancelled(id, msg.sender);
    }

    /// @inheritdoc ISettlementDesk
    function hashOrder(Order calldata order) public view returns (bytes32) {
        return _hashTypedDataV4(order.structHash());
    }

    /// @inheritdoc ISettlementDesk
    function hashTrade(Trade calldata trade) external view returns (bytes32) {
        return _hashTypedDataV4(trade.structHash());
    }

    /// @inheritdoc ISettlementDesk
    function filledOf(bytes32 order) external view returns (uint64) {
        return _trades.filled[order];
    }

    /// @inheritdoc ISettlementDesk
    function isTradeSettled(bytes32 trade) external view returns (bool) {
        return _trades.settled[trade];
    }

    function _context() private view returns (TradeContext memory) {
        return TradeContext(_domainSeparatorV4(), shares, priceGuard);
    }

    /// @dev A call of its own on this contract's storage, so that a failure undoes whatever the trade changed. Less gas than the trade
    /// may have is no reason to refuse it: then the list as a whole fails, and nobody can choose which trades pass by how much gas he sends.
    function _tryTrade(
        TradeContext memory context,
        SignedTrade calldata trade,
        uint256 place
    ) private returns (bool success, bytes memory reason) {
        (CashBook storage cash, TradeBook storage book) = (_cash, _trades);
        (uint256 cashSlot, uint256 bookSlot) = (0, 0);
        assembly ("memory-safe") {
            cashSlot := cash.slot
            bookSlot := book.slot
        }
        bytes memory data = abi.encodeWithSelector(TradeSettlement.settle.selector, cashSlot, bookSlot, context, trade);
        address code = address(TradeSettlement);
        uint256 available = gasleft() - gasleft() / 64 - CALL_COST; // what the chain lets a call have at most

        assembly ("memory-safe") {
            success := delegatecall(TRADE_GAS, code, add(data, 0x20), mload(data), 0, 0)

            let size := returndatasize()
            if gt(size, REASON_BYTES) {
                size := REASON_BYTES
            }
            reason := mload(0x40)
            mstore(reason, size)
            returndatacopy(add(reason, 0x20), 0, size)
            mstore(0x40, add(reason, add(0x20, REASON_BYTES)))
        }
        require(success || available >= TRADE_GAS, SettlementDeskGasTooLow(place, available, TRADE_GAS));
    }
}
