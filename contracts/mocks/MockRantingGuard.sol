// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPriceGuard} from "../valuation/IPriceGuard.sol";

/// @title A price guard that reverts, with as much as it is told
/// @notice For one asset only; others may be traded at any price.
contract MockRantingGuard is IPriceGuard {
    uint256 public immutable asset;
    uint256 public immutable length;

    constructor(uint256 asset_, uint256 length_) {
        (asset, length) = (asset_, length_);
    }

    /// @inheritdoc IPriceGuard
    function offerCode(uint256) external pure returns (uint8) {
        return 0;
    }

    /// @inheritdoc IPriceGuard
    function tradeBand(uint256 id, address) external view returns (uint8, uint256, uint256) {
        if (id != asset) return (0, 0, type(uint256).max);
        uint256 size = length;
        assembly ("memory-safe") {
            let start := mload(0x40)
            for {
                let place := 0
            } lt(place, size) {
                place := add(place, 0x20)
            } {
                mstore(add(start, place), not(0))
            }
            revert(start, size)
        }
    }
}
