// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AnchorRegistry} from "../assets/AnchorRegistry.sol";

/// @notice What comes after the AnchorRegistry, to rehearse an upgrade: the same and one function more.
contract MockNextAnchorRegistry is AnchorRegistry {
    function generation() external pure returns (uint256) {
        return 2;
    }
}
