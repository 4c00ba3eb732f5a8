// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPriceGuard} from "../valuation/IPriceGuard.sol";

/// @title A price guard that says what it was told
contract MockPriceBands is IPriceGuard {
    struct Band {
        uint8 code;
        uint128 low;
        uint128 high;
    }

    mapping(uint256 id => mapping(address currency => Band)) private _bands;

    /// @notice A band from 0 to 0 is none.
    function setBand(uint256 id, address currency, Band calldata band) external {
        _bands[id][currency] = band;
    }

    /// @inheritdoc IPriceGuard
    function offerCode(uint256) external pure returns (uint8) {
        return 0;
    }

    /// @inheritdoc IPriceGuard
    function tradeBand(uint256 id, address currency) external view returns (uint8, uint256, uint256) {
        Band memory band = _bands[id][currency];
        if (band.code == 0 && band.high == 0) return (0, 0, type(uint256).max);
        return (band.code, band.low, band.high);
    }
}
