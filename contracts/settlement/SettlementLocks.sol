// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISettlementLocks} from "./ISettlementLocks.sol";
import {LockedShares} from "./LockedShares.sol";
import {LockBook, ShareLock} from "./LockTypes.sol";
import {SettlementSuccession} from "./SettlementSuccession.sol";

/// @title Shares locked for chunks
abstract contract SettlementLocks is SettlementSuccession {
    using LockedShares for LockBook;

    LockBook internal _lockBook;

    /// @inheritdoc ISettlementLocks
    function lockShares(uint256 asset, uint64 quantity) external nonReentrant {
        _lockBook.lock(shares, asset, quantity);
    }

    /// @inheritdoc ISettlementLocks
    function requestUnlock(uint256 asset, uint64 quantity) external nonReentrant {
        _lockBook.requestUnlock(shares, asset, quantity, uint48(block.timestamp) + WITHDRAWAL_WINDOW);
    }

    /// @inheritdoc ISettlementLocks
    function unlockShares(uint256 asset) external nonReentrant {
        _lockBook.unlock(shares, asset, successor != address(0));
    }

    /// @inheritdoc ISettlementLocks
    function recoverLocks(uint256 asset, address lost) external nonReentrant {
        _lockBook.recover(shares, asset, lost);
    }

    /// @inheritdoc ISettlementLocks
    function locksOf(
        address account,
        uint256 asset
    ) external view returns (uint64 locked, uint64 leaving, uint48 unlocksAt, uint64 held) {
        ShareLock memory own = _lockBook.locksOf(shares, asset, account);
        return (own.locked, own.leaving, own.unlocksAt, own.held);
    }
}
