// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SuccessionLib} from "../investors/SuccessionLib.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";
import {ISettlementLocks} from "./ISettlementLocks.sol";
import {LockBook, ShareLock} from "./LockTypes.sol";

/// @title What the desk's own book of locks is worth, and whose it is
library HoldingsLib {
    using SuccessionLib for IShareToken;

    /// @notice What an account has locked now: as written, less what enforcement has taken from the register's locks since.
    /// @dev Holds come first, because others rely on them; then what leaves, because its owner has waited for it.
    function current(
        LockBook storage book,
        IShareToken shares,
        uint256 asset,
        address account
    ) internal view returns (ShareLock memory own) {
        own = book.locks[asset][account];
        if (own.locked == 0 && own.leaving == 0) return own;

        uint256 left = shares.lockedOf(account, asset);
        left = left > own.held ? left - own.held : 0;
        if (own.leaving > left) own.leaving = uint64(left);
        left -= own.leaving;
        if (own.locked > left) own.locked = uint64(left);
    }

    /// @notice Moves the record after the shares, which the register moves if nobody had it done before.
    function recover(LockBook storage book, IShareToken shares, uint256 asset, address lost) internal {
        address successor = shares.successorOf(lost);
        require(successor != lost, ISettlementDesk.SettlementDeskNotLost(lost));
        ShareLock memory old = book.locks[asset][lost];
        ShareLock storage next = book.locks[asset][successor];

        // On leave or not, all is locked for the successor, whose own wait for what is on leave stays as it is.
        uint64 locked = old.locked + old.leaving;
        next.locked += locked;
        next.held += old.held;
        delete book.locks[asset][lost];

        emit ISettlementLocks.LocksRecovered(lost, successor, asset, locked, old.held);

        uint256[] memory assets = new uint256[](1);
        assets[0] = asset;
        shares.recoverPositions(lost, assets);
    }
}
