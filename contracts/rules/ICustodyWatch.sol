// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Whether the things behind the assets are there
/// @notice The one question of `ICustodyDesk` that the rule asks; anything else that can answer it will do.
interface ICustodyWatch {
    function isBacked(uint256 id) external view returns (bool);
}
