// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice Hostile about amounts: keeps a fee of every transfer, so that less arrives than was sent. 18 decimals.
contract MockFeeCurrency is ERC20("Fee Coin", "FEE") {
    uint256 public immutable feeBps;

    constructor(uint256 feeBps_) {
        feeBps = feeBps_;
    }

    /// @notice Anybody may mint.
    function mint(address account, uint256 value) external {
        _mint(account, value);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from != address(0) && to != address(0)) super._update(to, address(0), (value * feeBps) / 10_000);
    }
}
