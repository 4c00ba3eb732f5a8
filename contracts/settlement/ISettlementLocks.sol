// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Shares that stand ready for chunks
/// @notice A holder locks shares at the desk, so that no chunk fails because he has moved them meanwhile: they stay in his wallet,
/// where the register keeps them locked (D16). Whoever wants them back asks for it and has them after `WITHDRAWAL_WINDOW`, needing nobody.
/// @dev The register keeps one number per position for all who lock. What enforcement takes of it (D16), nobody has locked any more:
/// everything here counts at most what the register still has locked, and open holds come first.
interface ISettlementLocks {
    event SharesLocked(address indexed account, uint256 indexed asset, uint64 quantity);
    event UnlockRequested(address indexed account, uint256 indexed asset, uint64 quantity, uint48 unlocksAt);
    /// @notice `quantity` shares are their owner's again; what enforcement had taken is not among them.
    event SharesUnlocked(address indexed account, uint256 indexed asset, uint64 quantity);
    /// @notice What a lost wallet had locked, on leave or not, and held here counts for its successor.
    event LocksRecovered(
        address indexed lost,
        address indexed successor,
        uint256 indexed asset,
        uint64 locked,
        uint64 held
    );

    /// @notice Of these shares of the account, `shortBy` fewer are locked here than are to be unlocked.
    /// @dev Lock more, or unlock less. Of a lost wallet's successor: call `recoverLocks` with every wallet it stands for.
    error SettlementDeskNotLocked(address account, uint256 asset, uint256 shortBy);
    /// @notice The shares on leave are unlocked only after the withdrawal window.
    /// @dev Unlock them from `unlocksAt` on.
    error SettlementDeskStillOnLeave(address account, uint256 asset, uint48 unlocksAt);
    /// @notice Words of shares to unlock ascend, and each has its place among the debits of the chunk.
    /// @dev Have the settler choose again what it unlocks.
    error SettlementDeskUnlocksOutOfOrder(uint256 place);
    /// @notice A chunk that takes `debit` shares of an account may unlock no more than it needs for them.
    /// @dev Have the settler choose again what it unlocks.
    error SettlementDeskUnlockTooLarge(address account, uint256 asset, uint256 quantity, uint256 debit);

    /// @notice Locks shares of the caller for chunks. They stay his, with their votes and income.
    function lockShares(uint256 asset, uint64 quantity) external;

    /// @notice Puts locked shares of the caller on leave; `unlockShares` gives them back after `WITHDRAWAL_WINDOW`.
    /// @dev Until then they still cover what was already on its way. A further request starts the wait anew for all that is leaving.
    function requestUnlock(uint256 asset, uint64 quantity) external;

    /// @notice Gives the caller the shares back that were on leave long enough; at once all of them if the desk has a successor.
    /// Needs no operator and no role.
    function unlockShares(uint256 asset) external;

    /// @notice Moves a lost wallet's shares to its successor in the register, and lets what of them is locked and held here count for
    /// it (I-12). Open: the registrar has named the successor.
    function recoverLocks(uint256 asset, address lost) external;

    /// @notice An account's shares that chunks may use, that are leaving, when the leaving ones are free, and that are held; as of now,
    /// after what enforcement took.
    function locksOf(
        address account,
        uint256 asset
    ) external view returns (uint64 locked, uint64 leaving, uint48 unlocksAt, uint64 held);
}
