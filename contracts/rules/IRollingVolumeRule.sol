// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITrackingRule} from "./ITransferRule.sol";

/// @title An investor passes on at most so many shares within any so many seconds
/// @notice Parameters: twelve bytes, the most shares (8 bytes) and the window in seconds (4 bytes), both at least 1. Everything
/// an investor sends counts, redemptions too, over all wallets; movements within one investor, issues, what desks send and what
/// is moved by force does not.
/// @dev Volumes are kept in twelve buckets of an eleventh of the window each, so that a share is free again after the window at
/// the earliest, and an eleventh of it later at the latest. When the window changes, what still counts begins its window anew.
interface IRollingVolumeRule is ITrackingRule {
    /// @notice Only `TransferRules` reports movements.
    /// @dev Do not call this; transfer shares instead.
    error RollingVolumeRuleNotTransferRules(address caller);

    /// @notice Shares of `id` that an investor has sent and that still count.
    function sentBy(uint256 id, uint32 investor) external view returns (uint256);
}
