// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice Hostile about time: in the middle of a transfer it calls whom it was told to call, and remembers the outcome.
contract MockReentrantCurrency is ERC20("Reentrant Coin", "REENT") {
    address public target;
    bytes public payload;
    bool public attempted;
    bool public succeeded;
    bytes public answer;

    /// @notice Anybody may mint.
    function mint(address account, uint256 value) external {
        _mint(account, value);
    }

    /// @notice Arms it for the next transfer.
    function arm(address target_, bytes calldata payload_) external {
        (target, payload, attempted, succeeded) = (target_, payload_, false, false);
        delete answer;
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (target == address(0) || from == address(0)) return;

        address armed = target;
        delete target;
        attempted = true;
        (succeeded, answer) = armed.call(payload);
    }
}
