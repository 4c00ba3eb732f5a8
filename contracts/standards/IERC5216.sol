// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title ERC-5216, allowance of an ERC-1155 token id (last call, ERC-165 id 0x1be07d74)
interface IERC5216 {
    /// @notice `operator` may move up to `amount` of `id` for `account`: an absolute number.
    event Approval(address indexed account, address indexed operator, uint256 id, uint256 amount);

    /// @notice Lets `operator` move up to `amount` of the caller's `id`.
    function approve(address operator, uint256 id, uint256 amount) external;

    /// @notice How much of `id` the operator may still move for `account`; an approval for all ids stands beside it.
    function allowance(address account, address operator, uint256 id) external view returns (uint256);
}
