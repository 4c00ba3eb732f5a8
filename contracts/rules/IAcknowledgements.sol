// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Who has acknowledged what an asset discloses
interface IAcknowledgements {
    /// @notice Whether the wallet's owner has acknowledged the disclosures of the asset that hold now.
    function hasAcknowledged(uint256 id, address wallet) external view returns (bool);
}
