// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPriceGuard} from "../valuation/IPriceGuard.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";
import {PriceBandLib} from "./PriceBandLib.sol";
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

    function _unitBand(uint256 asset, address currency) internal view returns (uint8 code, uint64 low, uint64 high) {
        return PriceBandLib.inUnits(priceGuard, asset, currency, _cash.engineUnits[currency]);
    }
}
