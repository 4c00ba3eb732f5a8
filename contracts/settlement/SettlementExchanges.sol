// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ExchangeSettlement} from "./ExchangeSettlement.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";
import {SettlementTrades} from "./SettlementTrades.sol";
import {Exchange} from "./SettlementTypes.sol";

/// @title Exchanges of several parties
/// @notice Each is settled by `ExchangeSettlement`, as a whole or not at all.
abstract contract SettlementExchanges is SettlementTrades {
    mapping(bytes32 exchange => bool) private _closedExchanges;

    /// @inheritdoc ISettlementDesk
    function settleExchange(
        Exchange calldata exchange,
        address[] calldata parties,
        bytes[] calldata signatures
    ) external whenNotPaused nonReentrant {
        bytes32 domain = _domainSeparatorV4();
        ExchangeSettlement.settle(_cash, _closedExchanges, domain, shares, exchange, parties, signatures);
    }

    /// @inheritdoc ISettlementDesk
    function cancelExchange(Exchange calldata exchange) external {
        ExchangeSettlement.cancel(_closedExchanges, _domainSeparatorV4(), exchange);
    }

    /// @inheritdoc ISettlementDesk
    function hashExchange(Exchange calldata exchange) external view returns (bytes32) {
        return ExchangeSettlement.digest(_domainSeparatorV4(), exchange);
    }

    /// @inheritdoc ISettlementDesk
    function isExchangeClosed(bytes32 exchange) external view returns (bool) {
        return _closedExchanges[exchange];
    }
}
