// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DeskSuccession} from "./DeskSuccession.sol";
import {ISettlementSuccession} from "./ISettlementSuccession.sol";
import {SettlementTrades} from "./SettlementTrades.sol";

/// @title The desk that follows
abstract contract SettlementSuccession is SettlementTrades {
    /// @inheritdoc ISettlementSuccession
    address public successor;

    /// @inheritdoc ISettlementSuccession
    function setSuccessor(address desk) external restricted {
        DeskSuccession.check(shares, desk);

        successor = desk;

        emit SuccessorSet(desk);
    }

    /// @inheritdoc ISettlementSuccession
    function migrate(address currency) external nonReentrant {
        _requireNotLost(msg.sender);
        DeskSuccession.migrate(_accounts[currency][msg.sender], successor, currency, _engineUnits[currency]);
    }
}
