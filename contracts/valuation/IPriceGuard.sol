// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title What desks ask about prices
/// @notice Never reverts for a listed asset. An asset for which nobody demands anything has the widest band there is.
interface IPriceGuard {
    /// @notice Why the asset may not be offered now, or 0 (docs/formats.md, section 9).
    function offerCode(uint256 id) external view returns (uint8);

    /// @notice Why the asset may not be traded in `currency` now, or 0 and the lowest and the highest price of a share, in base
    /// units of the currency. No price fits if `low` is above `high`.
    function tradeBand(uint256 id, address currency) external view returns (uint8 code, uint256 low, uint256 high);
}
