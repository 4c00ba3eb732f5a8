// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPriceGuard} from "../valuation/IPriceGuard.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";
import {SettlementCash} from "./SettlementCash.sol";

/// @title Prices that somebody else vouches for
/// @notice Asks the price guard, if there is one, whether an asset may be traded now and between which prices.
abstract contract SettlementPrices is SettlementCash {
    /// @inheritdoc ISettlementDesk
    IPriceGuard public priceGuard;

    /// @inheritdoc ISettlementDesk
    function setPriceGuard(IPriceGuard guard) external restricted {
        priceGuard = guard;

        emit PriceGuardSet(guard);
    }

    function _checkPrice(uint256 asset, address currency, uint256 price) internal view {
        (uint8 code, uint256 low, uint256 high) = _band(asset, currency);
        require(code == 0, SettlementDeskPriceNotUsable(asset, code));
        require(price >= low && price <= high, SettlementDeskPriceOutsideBand(asset, price, low, high));
    }

    /// @dev The narrowest band of whole engine units; 64 bits, as limits have them.
    function _unitBand(uint256 asset, address currency) internal view returns (uint8 code, uint64 low, uint64 high) {
        (uint8 said, uint256 lowest, uint256 highest) = _band(asset, currency);
        uint256 unit = _engineUnits[currency];
        if (unit == 0) return (said, 0, type(uint64).max);

        return (said, _cut(lowest / unit + (lowest % unit == 0 ? 0 : 1)), _cut(highest / unit));
    }

    function _band(uint256 asset, address currency) private view returns (uint8, uint256, uint256) {
        IPriceGuard guard = priceGuard;
        if (address(guard) == address(0)) return (0, 0, type(uint256).max);

        return guard.tradeBand(asset, currency);
    }

    function _cut(uint256 units) private pure returns (uint64) {
        return units < type(uint64).max ? uint64(units) : type(uint64).max;
    }
}
