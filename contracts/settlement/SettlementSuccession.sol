// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DeskSuccession} from "./DeskSuccession.sol";
import {ISettlementSuccession} from "./ISettlementSuccession.sol";
import {SettlementExchanges} from "./SettlementExchanges.sol";

/// @title The desk that follows
abstract contract SettlementSuccession is SettlementExchanges {
    /// @inheritdoc ISettlementSuccession
    address public successor;

    /// @inheritdoc ISettlementSuccession
    function setSuccessor(address desk) external restricted {
        DeskSuccession.check(address(shares), desk);

        successor = desk;

        emit SuccessorSet(desk);
    }

    /// @inheritdoc ISettlementSuccession
    function migrate(address currency) external nonReentrant {
        _requireNotLost(msg.sender);
        DeskSuccession.migrate(_cash.accounts[currency][msg.sender], successor, currency, _cash.engineUnits[currency]);
    }
}
