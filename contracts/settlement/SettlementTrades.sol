// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IShareToken} from "../shares/IShareToken.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";
import {CashAccount} from "./SettlementCash.sol";
import {SettlementHashLib} from "./SettlementHashLib.sol";
import {SettlementMandates} from "./SettlementMandates.sol";
import {BUY, SELL, Order, Trade} from "./SettlementTypes.sol";

/// @title One trade at a time
/// @notice Two signed orders, cash out of the buyer's deposit, shares out of the seller's wallet.
abstract contract SettlementTrades is SettlementMandates {
    using SettlementHashLib for Order;
    using SettlementHashLib for Trade;

    /// @inheritdoc ISettlementDesk
    IShareToken public immutable shares;

    mapping(bytes32 order => uint64) private _filled;
    mapping(bytes32 trade => bool) private _settled;

    constructor(IShareToken shares_) {
        shares = shares_;
    }

    /// @inheritdoc ISettlementDesk
    function settleTrade(
        Order calldata buy,
        bytes calldata buySignature,
        Order calldata sell,
        bytes calldata sellSignature,
        uint64 quantity,
        uint128 price,
        uint64 matchNumber
    ) external restricted whenNotPaused nonReentrant {
        _checkPair(buy, sell, quantity);
        Trade memory trade = Trade(hashOrder(buy), hashOrder(sell), quantity, price, matchNumber);
        _checkSignature(buy.trader, trade.buyOrder, buySignature);
        _checkSignature(sell.trader, trade.sellOrder, sellSignature);
        _takeTrade(trade);
        _checkTerms(buy, sell, price);
        _checkPrice(buy.asset, buy.currency, price);
        _fill(trade.buyOrder, buy.quantity, quantity);
        _fill(trade.sellOrder, sell.quantity, quantity);

        int256 cash = int256(uint256(_fit(uint256(_toUnits(buy.currency, price)) * quantity)));
        _moveCash(buy.currency, buy.trader, -cash);
        _moveCash(buy.currency, sell.trader, cash);
        _moveShares(buy.asset, sell.trader, buy.trader, quantity);
    }

    /// @inheritdoc ISettlementDesk
    function cancelOrder(Order calldata order) external {
        require(msg.sender == order.trader, SettlementDeskNotTrader(msg.sender, order.trader));

        bytes32 id = hashOrder(order);
        _filled[id] = type(uint64).max;

        emit OrderCancelled(id, msg.sender);
    }

    /// @inheritdoc ISettlementDesk
    function hashOrder(Order calldata order) public view returns (bytes32) {
        return _hashTypedDataV4(order.structHash());
    }

    /// @inheritdoc ISettlementDesk
    function hashTrade(Trade memory trade) public view returns (bytes32) {
        return _hashTypedDataV4(trade.structHash());
    }

    /// @inheritdoc ISettlementDesk
    function filledOf(bytes32 order) external view returns (uint64) {
        return _filled[order];
    }

    /// @inheritdoc ISettlementDesk
    function isTradeSettled(bytes32 trade) external view returns (bool) {
        return _settled[trade];
    }

    /// @dev The executor checks in the same order, so that both give the same reason (docs/formats.md, section 5).
    function _checkPair(Order calldata buy, Order calldata sell, uint64 quantity) private pure {
        require(buy.side == BUY && sell.side == SELL, SettlementDeskSidesDoNotMatch(buy.side, sell.side));
        require(buy.asset == sell.asset, SettlementDeskAssetsDiffer(buy.asset, sell.asset));
        require(buy.currency == sell.currency, SettlementDeskCurrenciesDiffer(buy.currency, sell.currency));
        require(quantity > 0, SettlementDeskQuantityZero());
        require(buy.trader != sell.trader, SettlementDeskSelfTrade(buy.trader));
    }

    function _checkTerms(Order calldata buy, Order calldata sell, uint128 price) private view {
        require(block.timestamp <= buy.expiry, SettlementDeskExpired(buy.trader, buy.expiry));
        require(block.timestamp <= sell.expiry, SettlementDeskExpired(sell.trader, sell.expiry));
        require(price <= buy.limitPrice, SettlementDeskPriceAboveLimit(price, buy.limitPrice));
        require(price >= sell.limitPrice, SettlementDeskPriceBelowLimit(price, sell.limitPrice));
    }

    function _takeTrade(Trade memory trade) private {
        bytes32 id = hashTrade(trade);
        require(!_settled[id], SettlementDeskTradeSettled(id));

        _settled[id] = true;

        emit TradeSettled(id, trade.buyOrder, trade.sellOrder, trade.quantity, trade.price);
    }

    function _fill(bytes32 order, uint64 total, uint64 quantity) private {
        uint64 filled = _filled[order];
        uint64 left = filled < total ? total - filled : 0;
        require(quantity <= left, SettlementDeskOverfilled(order, quantity, left));

        _filled[order] = filled + quantity;
    }

    function _moveCash(address currency, address account, int256 cash) private {
        CashAccount storage entry = _accounts[currency][account];
        entry.slot = _book(entry.slot, entry.owner, account, currency, cash);
    }

    function _moveShares(uint256 asset, address from, address to, uint64 quantity) private {
        address[] memory accounts = new address[](2);
        int256[] memory deltas = new int256[](2);
        (accounts[0], accounts[1]) = (from, to);
        (deltas[0], deltas[1]) = (-int256(uint256(quantity)), int256(uint256(quantity)));

        shares.settleNet(asset, accounts, deltas);
    }
}
