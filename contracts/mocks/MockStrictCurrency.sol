// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice Hostile about nothing: a transfer of zero reverts. As many decimals as it was told.
contract MockStrictCurrency is ERC20("Strict Coin", "STRICT") {
    error MockStrictCurrencyZero(address from, address to);

    uint8 private immutable _decimals;

    constructor(uint8 decimals_) {
        _decimals = decimals_;
    }

    /// @notice Anybody may mint.
    function mint(address account, uint256 value) external {
        _mint(account, value);
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }

    function _update(address from, address to, uint256 value) internal override {
        require(value != 0, MockStrictCurrencyZero(from, to));
        super._update(from, to, value);
    }
}
