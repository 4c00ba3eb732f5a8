// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IShareToken} from "../shares/IShareToken.sol";
import {CashBook} from "./CashBook.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";
import {SettlementHashLib} from "./SettlementHashLib.sol";
import {SettlementMandates} from "./SettlementMandates.sol";
import {Order, SignedTrade, Trade} from "./SettlementTypes.sol";
import {TradeBook, TradeBookLib} from "./TradeBook.sol";
import {TradeContext, TradeSettlement} from "./TradeSettlement.sol";

/// @title Trades, one at a time or a list of them
/// @notice Each is settled by `TradeSettlement`, as a whole or not at all.
abstract contract SettlementTrades is SettlementMandates {
    using SettlementHashLib for Order;
    using SettlementHashLib for Trade;
    using TradeBookLib for TradeBook;

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
        bytes memory data = _callOf(_context(), trade, msg.data.length);
        address code = address(TradeSettlement);

        assembly ("memory-safe") {
            if iszero(delegatecall(gas(), code, add(data, 0x20), mload(data), 0, 0)) {
                let reason := mload(0x40)
                returndatacopy(reason, 0, returndatasize())
                revert(reason, returndatasize())
            }
        }
    }

    /// @inheritdoc ISettlementDesk
    function settleTrades(
        SignedTrade[] calldata trades
    ) external restricted whenNotPaused nonReentrant returns (uint256 settled) {
        uint256 count = trades.length;
        require(count > 0 && count <= MOST_TRADES, SettlementDeskListLength(count, MOST_TRADES));
        TradeContext memory context = _context();

        for (uint256 place = 0; place < count; ++place) {
            SignedTrade calldata trade = trades[place];
            uint256 end = place + 1 < count ? _startOf(trades[place + 1]) : msg.data.length;
            (bool success, bytes memory reason) = _tryTrade(_callOf(context, trade, end), place);
            if (success) ++settled;
            else emit TradeRefused(_idOf(trade), place, reason);
        }
    }

    /// @inheritdoc ISettlementDesk
    function cancelOrder(Order calldata order) external {
        require(msg.sender == order.trader, SettlementDeskNotTrader(msg.sender, order.trader));

        bytes32 id = hashOrder(order);
        _trades.cancel(id);

        emit OrderCancelled(id, msg.sender);
    }

    /// @inheritdoc ISettlementDesk
    function hashOrder(Order calldata order) public view returns (bytes32) {
        return _hashTypedDataV4(order.structHash());
    }

    /// @inheritdoc ISettlementDesk
    function hashTrade(Trade calldata trade) public view returns (bytes32) {
        return _hashTypedDataV4(trade.structHash());
    }

    /// @inheritdoc ISettlementDesk
    function filledOf(bytes32 order) external view returns (uint64) {
        return _trades.filledOf(order);
    }

    /// @inheritdoc ISettlementDesk
    function isTradeSettled(Trade calldata trade) external view returns (bool) {
        return _trades.isSettled(hashTrade(trade), trade.buyOrder);
    }

    function _context() private view returns (TradeContext memory) {
        return TradeContext(_domainSeparatorV4(), shares, priceGuard);
    }

    function _idOf(SignedTrade calldata trade) private view returns (bytes32) {
        (bytes32 bought, bytes32 sold) = (hashOrder(trade.buy.order), hashOrder(trade.sell.order));
        bytes32 hash = SettlementHashLib.tradeHash(bought, sold, trade.quantity, trade.price, trade.matchNumber);
        return _hashTypedDataV4(hash);
    }

    /// @dev A call of its own on this contract's storage, so that a failure undoes whatever the trade changed. Less gas than the trade
    /// may have is no reason to refuse it: then the list as a whole fails, and nobody can choose which trades pass by how much gas he sends.
    function _tryTrade(bytes memory data, uint256 place) private returns (bool success, bytes memory reason) {
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

    /// @dev The call of `TradeSettlement.settle`, with the trade as it came: taking its fields apart and putting them together again would
    /// cost a twentieth of the trade. The library looks at all of it. Offsets within a trade count from its start, so that it can stand anywhere.
    /// @param end where the trade's bytes end at the latest, in the call data
    function _callOf(
        TradeContext memory context,
        SignedTrade calldata trade,
        uint256 end
    ) private view returns (bytes memory data) {
        bytes4 selector = TradeSettlement.settle.selector;
        CashBook storage cash = _cash;
        TradeBook storage book = _trades;

        assembly ("memory-safe") {
            let size := mul(sub(end, trade), gt(end, trade))
            data := mload(0x40)
            mstore(data, add(size, 0xc4))
            let head := add(data, 0x20)
            mstore(head, selector)
            mstore(add(head, 0x04), cash.slot)
            mstore(add(head, 0x24), book.slot)
            mcopy(add(head, 0x44), context, 0x60)
            mstore(add(head, 0xa4), 0xc0) // where the trade begins: behind these six words
            calldatacopy(add(head, 0xc4), trade, size)
            mstore(0x40, and(add(add(head, size), 0xe3), not(0x1f)))
        }
    }

    function _startOf(SignedTrade calldata trade) private pure returns (uint256 start) {
        assembly ("memory-safe") {
            start := trade
        }
    }
}
