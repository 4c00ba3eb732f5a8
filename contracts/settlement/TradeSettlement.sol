// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IShareToken} from "../shares/IShareToken.sol";
import {IPriceGuard} from "../valuation/IPriceGuard.sol";
import {CashBook, CashBookLib} from "./CashBook.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";
import {PositionalMerkle} from "./PositionalMerkle.sol";
import {PriceBandLib} from "./PriceBandLib.sol";
import {SettlementHashLib} from "./SettlementHashLib.sol";
import {BUY, SELL, Order, SignedOrder, SignedTrade, Trade} from "./SettlementTypes.sol";
import {SignatureLib} from "./SignatureLib.sol";
import {UnitLib} from "./UnitLib.sol";

/// @notice What became of orders and trades.
/// @param filled shares of an order that were traded; the most that fits if it was cancelled
struct TradeBook {
    mapping(bytes32 order => uint64) filled;
    mapping(bytes32 trade => bool) settled;
}

/// @notice What the desk knows besides its books.
struct TradeContext {
    bytes32 domain;
    IShareToken shares;
    IPriceGuard guard;
}

/// @title One trade: two signed orders, cash out of the buyer's deposit, shares out of the seller's wallet
/// @dev A library of its own for the size of the desk's code, and so that the desk can try a trade by itself: what a call of this
/// library changed is undone when it fails.
library TradeSettlement {
    using CashBookLib for CashBook;
    using SettlementHashLib for Order;
    using SettlementHashLib for Trade;

    /// @notice Levels that the tree of a bulk order may have.
    uint256 internal constant MOST_LEVELS = 24;

    /// @notice The trade's id.
    function digest(bytes32 domain, SignedTrade calldata trade) external pure returns (bytes32) {
        Trade memory terms = _terms(domain, trade, trade.buy.order.structHash(), trade.sell.order.structHash());
        return SignatureLib.digest(domain, terms.structHash());
    }

    /// @dev The executor checks in the same order, so that both give the same reason (docs/formats.md, section 5).
    function settle(
        CashBook storage cash,
        TradeBook storage book,
        TradeContext calldata context,
        SignedTrade calldata trade
    ) external {
        Order calldata buy = trade.buy.order;
        Order calldata sell = trade.sell.order;
        _checkPair(buy, sell, trade.quantity);
        (bytes32 bought, bytes32 sold) = (buy.structHash(), sell.structHash());
        _checkSignature(context.domain, trade.buy, bought);
        _checkSignature(context.domain, trade.sell, sold);
        Trade memory terms = _terms(context.domain, trade, bought, sold);
        _take(book, SignatureLib.digest(context.domain, terms.structHash()), terms);
        _checkTerms(buy, sell, trade.price);
        PriceBandLib.check(context.guard, buy.asset, buy.currency, trade.price);
        _fill(book, terms.buyOrder, buy.quantity, trade.quantity);
        _fill(book, terms.sellOrder, sell.quantity, trade.quantity);

        _move(cash, context.shares, trade);
    }

    function _terms(
        bytes32 domain,
        SignedTrade calldata trade,
        bytes32 bought,
        bytes32 sold
    ) private pure returns (Trade memory) {
        (bytes32 buyOrder, bytes32 sellOrder) = (
            SignatureLib.digest(domain, bought),
            SignatureLib.digest(domain, sold)
        );
        return Trade(buyOrder, sellOrder, trade.quantity, trade.price, trade.matchNumber);
    }

    function _checkPair(Order calldata buy, Order calldata sell, uint64 quantity) private pure {
        require(
            buy.side == BUY && sell.side == SELL,
            ISettlementDesk.SettlementDeskSidesDoNotMatch(buy.side, sell.side)
        );
        require(buy.asset == sell.asset, ISettlementDesk.SettlementDeskAssetsDiffer(buy.asset, sell.asset));
        require(
            buy.currency == sell.currency,
            ISettlementDesk.SettlementDeskCurrenciesDiffer(buy.currency, sell.currency)
        );
        require(quantity > 0, ISettlementDesk.SettlementDeskQuantityZero());
        require(buy.trader != sell.trader, ISettlementDesk.SettlementDeskSelfTrade(buy.trader));
    }

    /// @dev The tree's height is part of the type that was signed, so that no path but one of exactly that length leads to it; and a
    /// leaf is the hash of an order, never one of two nodes.
    function _checkSignature(bytes32 domain, SignedOrder calldata signed, bytes32 structHash) private view {
        uint256 height = signed.path.length;
        require(
            height <= MOST_LEVELS && signed.place >> height == 0,
            ISettlementDesk.SettlementDeskNoSuchLeaf(signed.place, height)
        );

        bytes32 signedHash = structHash;
        if (height > 0) {
            bytes32 root = PositionalMerkle.climb(structHash, signed.place, signed.path);
            signedHash = SettlementHashLib.bulkHash(height, root);
        }
        SignatureLib.check(signed.order.trader, SignatureLib.digest(domain, signedHash), signed.signature);
    }

    function _take(TradeBook storage book, bytes32 id, Trade memory trade) private {
        require(!book.settled[id], ISettlementDesk.SettlementDeskTradeSettled(id));

        book.settled[id] = true;

        emit ISettlementDesk.TradeSettled(id, trade.buyOrder, trade.sellOrder, trade.quantity, trade.price);
    }

    function _checkTerms(Order calldata buy, Order calldata sell, uint128 price) private view {
        require(block.timestamp <= buy.expiry, ISettlementDesk.SettlementDeskExpired(buy.trader, buy.expiry));
        require(block.timestamp <= sell.expiry, ISettlementDesk.SettlementDeskExpired(sell.trader, sell.expiry));
        require(price <= buy.limitPrice, ISettlementDesk.SettlementDeskPriceAboveLimit(price, buy.limitPrice));
        require(price >= sell.limitPrice, ISettlementDesk.SettlementDeskPriceBelowLimit(price, sell.limitPrice));
    }

    function _fill(TradeBook storage book, bytes32 order, uint64 total, uint64 quantity) private {
        uint64 filled = book.filled[order];
        uint64 left = filled < total ? total - filled : 0;
        require(quantity <= left, ISettlementDesk.SettlementDeskOverfilled(order, quantity, left));

        book.filled[order] = filled + quantity;
    }

    function _move(CashBook storage cash, IShareToken shares, SignedTrade calldata trade) private {
        Order calldata buy = trade.buy.order;
        (address currency, address seller) = (buy.currency, trade.sell.order.trader);
        uint256 price = cash.toUnits(currency, trade.price);
        int256 units = int256(uint256(UnitLib.fit(price * trade.quantity)));

        cash.move(currency, buy.trader, -units);
        cash.move(currency, seller, units);
        shares.settlePair(buy.asset, seller, buy.trader, trade.quantity);
    }
}
