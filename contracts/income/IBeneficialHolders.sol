// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title An escrow that says for whom it holds
/// @notice What a contract that holds shares for others has to answer, so that the income of the shares goes to their owners (P63).
/// What it answers of one owner and record has to stay the same, and all of it together be at most what it held.
interface IBeneficialHolders {
    /// @notice Shares of `id` that this contract held for `owner` at the register's record.
    function sharesOfAt(address owner, uint256 id, uint32 record) external view returns (uint256);
}
