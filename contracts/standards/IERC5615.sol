// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title ERC-5615, supply of an ERC-1155 token id (final, ERC-165 id 0xf2d03e40)
interface IERC5615 {
    /// @notice Whether `id` exists, also when its supply is zero.
    function exists(uint256 id) external view returns (bool);

    /// @notice How many units of `id` there are.
    function totalSupply(uint256 id) external view returns (uint256);
}
