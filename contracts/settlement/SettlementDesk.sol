// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {SettlementRecovery} from "./SettlementRecovery.sol";
import {SettlementTrades} from "./SettlementTrades.sol";

/// @title The settlement desk
/// @notice See `ISettlementDesk`. Brake, cash, mandates, trades, exchanges, succession, locks, holds, chunks, proofs and recovery build on
/// one another, in this order, a file each.
contract SettlementDesk is SettlementRecovery {
    constructor(address authority, IShareToken shares_) AccessManaged(authority) SettlementTrades(shares_) {}
}
