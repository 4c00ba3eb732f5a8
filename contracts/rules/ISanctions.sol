// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Who is under sanctions
/// @notice The shape of the public oracles; our own `SanctionsList` has it as well.
interface ISanctions {
    function isSanctioned(address wallet) external view returns (bool);
}
