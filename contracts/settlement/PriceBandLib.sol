// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPriceGuard} from "../valuation/IPriceGuard.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";

/// @title What a price guard says
/// @notice Without a guard every price is possible.
library PriceBandLib {
    /// @notice Requires that the asset may be traded now at this price, base units.
    function check(IPriceGuard guard, uint256 asset, address currency, uint256 price) internal view {
        if (address(guard) == address(0)) return;
        (uint8 code, uint256 low, uint256 high) = band(guard, asset, currency);
        require(code == 0, ISettlementDesk.SettlementDeskPriceNotUsable(asset, code));
        require(price >= low && price <= high, ISettlementDesk.SettlementDeskPriceOutsideBand(asset, price, low, high));
    }

    /// @notice The narrowest band of whole engine units of `unit` base units each; 64 bits, as limits have them.
    function inUnits(
        IPriceGuard guard,
        uint256 asset,
        address currency,
        uint64 unit
    ) internal view returns (uint8 code, uint64 low, uint64 high) {
        (uint8 said, uint256 lowest, uint256 highest) = band(guard, asset, currency);
        if (unit == 0) return (said, 0, type(uint64).max);

        return (said, _cut(lowest / unit + (lowest % unit == 0 ? 0 : 1)), _cut(highest / unit));
    }

    function band(IPriceGuard guard, uint256 asset, address currency) internal view returns (uint8, uint256, uint256) {
        if (address(guard) == address(0)) return (0, 0, type(uint256).max);

        return guard.tradeBand(asset, currency);
    }

    function _cut(uint256 units) private pure returns (uint64) {
        return units < type(uint64).max ? uint64(units) : type(uint64).max;
    }
}
