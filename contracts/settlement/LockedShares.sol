// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SuccessionLib} from "../investors/SuccessionLib.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";
import {ISettlementLocks} from "./ISettlementLocks.sol";
import {HoldingsLib} from "./HoldingsLib.sol";
import {LockBook, ShareLock} from "./LockTypes.sol";
import {NetVector} from "./SettlementTypes.sol";

/// @title Shares that owners lock for chunks
/// @dev A library of its own for the size of the desk's code only.
library LockedShares {
    using HoldingsLib for LockBook;
    using SuccessionLib for IShareToken;

    function lock(LockBook storage book, IShareToken shares, uint256 asset, uint64 quantity) external {
        _requireNotLost(shares);
        require(quantity > 0, ISettlementDesk.SettlementDeskQuantityZero());
        ShareLock memory own = book.current(shares, asset, msg.sender);

        own.locked += quantity;
        book.locks[asset][msg.sender] = own;

        emit ISettlementLocks.SharesLocked(msg.sender, asset, quantity);

        shares.lock(msg.sender, asset, quantity);
    }

    function requestUnlock(
        LockBook storage book,
        IShareToken shares,
        uint256 asset,
        uint64 quantity,
        uint48 unlocksAt
    ) external {
        require(quantity > 0, ISettlementDesk.SettlementDeskQuantityZero());
        ShareLock memory own = book.current(shares, asset, msg.sender);
        if (quantity > own.locked) {
            revert ISettlementLocks.SettlementDeskNotLocked(msg.sender, asset, quantity - own.locked);
        }

        own.locked -= quantity;
        own.leaving += quantity;
        own.unlocksAt = unlocksAt;
        book.locks[asset][msg.sender] = own;

        emit ISettlementLocks.UnlockRequested(msg.sender, asset, quantity, unlocksAt);
    }

    /// @param isReplaced whether a desk follows this one: then nothing is on its way here that would have to be covered
    function unlock(LockBook storage book, IShareToken shares, uint256 asset, bool isReplaced) external {
        _requireNotLost(shares);
        ShareLock memory own = book.current(shares, asset, msg.sender);
        uint64 due = isReplaced ? own.locked + own.leaving : own.leaving;
        ShareLock storage slot = book.locks[asset][msg.sender];
        require(isReplaced || slot.leaving > 0, ISettlementDesk.SettlementDeskQuantityZero());
        require(
            isReplaced || block.timestamp >= own.unlocksAt,
            ISettlementLocks.SettlementDeskStillOnLeave(msg.sender, asset, own.unlocksAt)
        );

        own.locked = isReplaced ? 0 : own.locked;
        own.leaving = 0;
        book.locks[asset][msg.sender] = own;

        emit ISettlementLocks.SharesUnlocked(msg.sender, asset, due);

        if (due > 0) shares.unlock(msg.sender, asset, due);
    }

    /// @notice Unlocks what a chunk needs of its debtors' locked shares; `vector` has been checked.
    /// @dev Words and debits both ascend by asset and account, so that one walk along the share words finds all.
    function unlockDebits(
        LockBook storage book,
        IShareToken shares,
        NetVector calldata vector,
        uint256[] calldata unlocks
    ) external {
        uint256 next = 0;

        for (uint256 i = 0; i < unlocks.length; ++i) {
            uint256 word = unlocks[i];
            uint64 quantity = uint64(word >> 160);
            require(uint160(word) == 0 && quantity > 0, ISettlementDesk.SettlementDeskMalformedWord(word));
            uint256 debit = 0;
            while (debit == 0) {
                require(next < vector.shares.length, ISettlementLocks.SettlementDeskUnlocksOutOfOrder(i));
                debit = _debitAt(vector.shares[next++], word >> 224);
            }

            address account = address(uint160(vector.accounts[uint16(word >> 224)] >> 96));
            _unlockDebit(book, shares, vector.assets[word >> 240], account, quantity, debit);
        }
    }

    /// @notice What a lost wallet has locked and held counts for the wallet that stands for it.
    /// @dev The register goes first, so that whatever counts there is locked there.
    function recover(LockBook storage book, IShareToken shares, uint256 asset, address lost) external {
        book.recover(shares, asset, lost);
    }

    function locksOf(
        LockBook storage book,
        IShareToken shares,
        uint256 asset,
        address account
    ) external view returns (ShareLock memory) {
        return book.current(shares, asset, account);
    }

    /// @dev How many shares the word takes out of the place `key` (asset and account); 0 if it is not its debit.
    function _debitAt(uint256 word, uint256 key) private pure returns (uint256) {
        int64 delta = int64(uint64(word >> 160));
        return word >> 224 == key && delta < 0 ? uint256(-int256(delta)) : 0;
    }

    /// @dev Where frozen and locked shares overlap (D16), more have to be unlocked than move; never more than let the debit pass.
    function _unlockDebit(
        LockBook storage book,
        IShareToken shares,
        uint256 asset,
        address account,
        uint64 quantity,
        uint256 debit
    ) private {
        ShareLock memory own = book.current(shares, asset, account);
        uint64 cover = block.timestamp < own.unlocksAt ? own.leaving : 0;
        uint256 usable = uint256(own.locked) + cover;
        if (quantity > usable) {
            revert ISettlementLocks.SettlementDeskNotLocked(account, asset, quantity - usable);
        }

        uint64 fromLocked = quantity < own.locked ? quantity : own.locked;
        own.locked -= fromLocked;
        own.leaving -= quantity - fromLocked;
        book.locks[asset][account] = own;

        shares.unlock(account, asset, quantity);
        require(
            quantity <= debit || shares.spendableOf(account, asset) <= debit,
            ISettlementLocks.SettlementDeskUnlockTooLarge(account, asset, quantity, debit)
        );
    }

    /// @dev A lost wallet's key may be a thief's.
    function _requireNotLost(IShareToken shares) private view {
        address successor = shares.successorOf(msg.sender);
        require(successor == msg.sender, ISettlementDesk.SettlementDeskAccountLost(msg.sender, successor));
    }
}
