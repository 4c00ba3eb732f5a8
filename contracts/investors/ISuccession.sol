// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Who stands for a wallet now
/// @notice All that a desk needs to know of recovery (I-12). What somebody has at a desk stays written under the wallet that came
/// by it, so that nothing is paid or counted twice; it is paid to, and exercised by, the wallet that stands for it now.
interface ISuccession {
    /// @notice The wallet that stands for `wallet`: itself, unless it was lost.
    function successorOf(address wallet) external view returns (address);
}
