// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITrackingRule} from "./ITransferRule.sol";

/// @title Every transfer between two investors is approved beforehand, one by one
/// @notice An approval is for one asset, sender, receiver and number of shares, once, until a time. No parameters.
/// @dev Not needed for issues and redemptions, which the issuer decides on, nor for movements of nothing or within one investor.
/// A forced transfer uses no approval up.
interface IManualApprovalRule is ITrackingRule {
    event TransferApproved(
        uint256 indexed id,
        address indexed from,
        address indexed to,
        uint256 value,
        uint48 expiresAt
    );
    event ApprovalRevoked(uint256 indexed id, address indexed from, address indexed to, uint256 value);
    event ApprovalUsed(uint256 indexed id, address indexed from, address indexed to, uint256 value);

    /// @notice The approval would have ended before it began.
    /// @dev Name a time to come.
    error ManualApprovalRuleExpired(uint48 expiresAt, uint256 nowAt);
    /// @notice There is no such approval.
    /// @dev Check the four values; perhaps it was used already.
    error ManualApprovalRuleNotApproved(uint256 id, address from, address to, uint256 value);
    /// @notice Only `TransferRules` reports movements.
    /// @dev Do not call this; transfer shares instead.
    error ManualApprovalRuleNotTransferRules(address caller);

    /// @notice Approves one transfer, or changes until when it is approved. For compliance.
    /// @param expiresAt the last second in which it may be made
    function approve(uint256 id, address from, address to, uint256 value, uint48 expiresAt) external;

    /// @notice Takes an approval back. For compliance.
    function revoke(uint256 id, address from, address to, uint256 value) external;

    /// @notice Until when the transfer is approved; 0 if it is not.
    function approvedUntil(uint256 id, address from, address to, uint256 value) external view returns (uint48);
}
