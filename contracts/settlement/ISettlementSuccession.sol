// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title How a desk is replaced
/// @notice The admin names the desk that follows this one. From then on every owner, and nobody for him, takes his cash over and his
/// locked shares back without waiting. Mandates, orders and holds are signed for this desk, and none goes along.
/// @dev Both work side by side until the old one's roles are withdrawn. Whoever does nothing keeps his way out by `withdraw`.
interface ISettlementSuccession {
    event SuccessorSet(address indexed desk);
    /// @notice `amount` base units of the account are deposited at `desk` from now on.
    event CashMigrated(address indexed account, address indexed currency, address indexed desk, uint256 amount);

    /// @notice A successor is another desk for the same register.
    /// @dev Deploy a SettlementDesk with this desk's register, and name it.
    error SettlementDeskInvalidSuccessor(address desk);
    /// @notice No desk follows this one.
    /// @dev Use `requestWithdrawal` and `withdraw`.
    error SettlementDeskNoSuccessor();
    /// @notice The successor took another amount than it was given.
    /// @dev Withdraw here and deposit there; tell the admin.
    error SettlementDeskMigrationFailed(address desk, uint256 amount);

    /// @notice Names the desk that follows this one; zero for none. For the admin.
    function setSuccessor(address desk) external;

    /// @notice Takes all of the caller's cash, on leave or not, to the successor, where it is deposited for him.
    function migrate(address currency) external;

    function successor() external view returns (address desk);
}
