// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice Hostile about failure: once told to lie, it moves nothing and answers `false` instead of reverting.
contract MockFalseCurrency is ERC20("False Coin", "FALSE") {
    bool public refusing;

    /// @notice Anybody may mint.
    function mint(address account, uint256 value) external {
        _mint(account, value);
    }

    function setRefusing(bool refusing_) external {
        refusing = refusing_;
    }

    function transfer(address to, uint256 value) public override returns (bool) {
        return !refusing && super.transfer(to, value);
    }

    function transferFrom(address from, address to, uint256 value) public override returns (bool) {
        return !refusing && super.transferFrom(from, to, value);
    }
}
