// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Passes for a settlement desk of the register that it names, and does not take the money that is deposited with it.
contract MockIdleDesk {
    address public immutable shares;

    constructor(address shares_) {
        shares = shares_;
    }

    function depositFor(address currency, address account, uint256 amount) external {}
}
