// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISettlementDesk} from "./ISettlementDesk.sol";

/// @title Base units and engine units
/// @notice Exact, or refused: nothing is ever rounded.
library UnitLib {
    /// @param unit base units in an engine unit of `currency`; 0 if the currency is not allowed
    function toUnits(uint256 amount, address currency, uint64 unit) internal pure returns (uint64) {
        require(unit > 0, ISettlementDesk.SettlementDeskCurrencyUnknown(currency));
        require(amount % unit == 0, ISettlementDesk.SettlementDeskNotWholeUnits(amount, unit));

        return fit(amount / unit);
    }

    /// @notice The 64 bits that a slot has for units.
    function fit(uint256 units) internal pure returns (uint64) {
        require(units <= type(uint64).max, ISettlementDesk.SettlementDeskTooLarge(units));

        return uint64(units);
    }
}
