// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IShareToken} from "../shares/IShareToken.sol";
import {IPriceGuard} from "../valuation/IPriceGuard.sol";
import {CashBook, CashBookLib} from "./CashBook.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";
import {PositionalMerkle} from "./PositionalMerkle.sol";
import {PriceBandLib} from "./PriceBandLib.sol";
import {SettlementHashLib} from "./SettlementHashLib.sol";
import {BUY, SELL, Order, SignedOrder, SignedTrade} from "./SettlementTypes.sol";
import {SignatureLib} from "./SignatureLib.sol";
import {TradeBook, TradeBookLib} from "./TradeBook.sol";
import {UnitLib} from "./UnitLib.sol";

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
    using TradeBookLib for TradeBook;

    /// @notice Levels that the tree of a bulk order may have.
    uint256 internal constant MOST_LEVELS = 24;

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
        bytes32 bought = _checkSignature(context.domain, trade.buy);
        bytes32 sold = _checkSignature(context.domain, trade.sell);
        (uint64 quantity, uint128 price) = (trade.quantity, trade.price);
        bytes32 id = SettlementHashLib.tradeHash(bought, sold, quantity, price, trade.matchNumber);
        id = SignatureLib.digest(context.domain, id);
        book.take(id, bought);

        emit ISettlementDesk.TradeSettled(id, bought, sold, quantity, price);

        _checkTerms(buy, sell, price);
        PriceBandLib.check(context.guard, buy.asset, buy.currency, price);
        book.fill(bought, buy.quantity, quantity);
        book.fill(sold, sell.quantity, quantity);

        _move(cash, context.shares, trade);
    }

    /// @dev What a refusal tells is read only for a refusal: `require` would read it for every trade.
    function _checkPair(Order calldata buy, Order calldata sell, uint64 quantity) private pure {
        if (buy.side != BUY || sell.side != SELL) {
            revert ISettlementDesk.SettlementDeskSidesDoNotMatch(buy.side, sell.side);
        }
        if (buy.asset != sell.asset) revert ISettlementDesk.SettlementDeskAssetsDiffer(buy.asset, sell.asset);
        if (buy.currency != sell.currency) {
            revert ISettlementDesk.SettlementDeskCurrenciesDiffer(buy.currency, sell.currency);
        }
        require(quantity > 0, ISettlementDesk.SettlementDeskQuantityZero());
        if (buy.trader == sell.trader) revert ISettlementDesk.SettlementDeskSelfTrade(buy.trader);
    }

    /// @dev The tree's height is part of the type that was signed, so that no path but one of exactly that length leads to it; and a
    /// leaf is the hash of an order, never one of two nodes.
    /// @return id of the order
    function _checkSignature(bytes32 domain, SignedOrder calldata signed) private view returns (bytes32 id) {
        uint256 height = signed.path.length;
        require(
            height <= MOST_LEVELS && signed.place >> height == 0,
            ISettlementDesk.SettlementDeskNoSuchLeaf(signed.place, height)
        );

        bytes32 structHash = signed.order.structHash();
        id = SignatureLib.digest(domain, structHash);
        bytes32 signedDigest = id;
        if (height > 0) {
            bytes32 root = PositionalMerkle.climb(structHash, signed.place, signed.path);
            signedDigest = SignatureLib.digest(domain, SettlementHashLib.bulkHash(height, root));
        }
        SignatureLib.check(signed.order.trader, signedDigest, signed.signature);
    }

    function _checkTerms(Order calldata buy, Order calldata sell, uint128 price) private view {
        if (block.timestamp > buy.expiry) revert ISettlementDesk.SettlementDeskExpired(buy.trader, buy.expiry);
        if (block.timestamp > sell.expiry) revert ISettlementDesk.SettlementDeskExpired(sell.trader, sell.expiry);
        if (price > buy.limitPrice) revert ISettlementDesk.SettlementDeskPriceAboveLimit(price, buy.limitPrice);
        if (price < sell.limitPrice) revert ISettlementDesk.SettlementDeskPriceBelowLimit(price, sell.limitPrice);
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
