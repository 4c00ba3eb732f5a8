// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {SettlementChunks} from "./SettlementChunks.sol";
import {SettlementTrades} from "./SettlementTrades.sol";

/// @title The settlement desk
/// @notice See `ISettlementDesk`. Cash, mandates, trades and chunks build on one another, in this order, a file each.
contract SettlementDesk is SettlementChunks {
    constructor(address authority, IShareToken shares_) AccessManaged(authority) SettlementTrades(shares_) {}
}
