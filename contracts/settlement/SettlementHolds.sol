// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {HeldForOthers} from "./HeldForOthers.sol";
import {ISettlementHolds} from "./ISettlementHolds.sol";
import {Hold, HoldState, LockBook} from "./LockTypes.sol";
import {SettlementLocks} from "./SettlementLocks.sol";

/// @title Holds on the register's locks
abstract contract SettlementHolds is SettlementLocks {
    using HeldForOthers for LockBook;

    /// @inheritdoc ISettlementHolds
    function createHold(Hold calldata hold, bytes calldata signature) external nonReentrant {
        _lockBook.create(shares, _domainSeparatorV4(), hold, signature);
    }

    /// @inheritdoc ISettlementHolds
    function cancelHold(Hold calldata hold) external {
        _lockBook.cancel(_domainSeparatorV4(), hold);
    }

    /// @inheritdoc ISettlementHolds
    function executeHold(Hold calldata hold, uint64 quantity) external whenNotPaused nonReentrant {
        _lockBook.execute(shares, _domainSeparatorV4(), hold, quantity);
    }

    /// @inheritdoc ISettlementHolds
    function releaseHold(Hold calldata hold) external nonReentrant {
        _lockBook.release(shares, _domainSeparatorV4(), hold);
    }

    /// @inheritdoc ISettlementHolds
    function reclaimHold(Hold calldata hold) external nonReentrant {
        _lockBook.reclaim(shares, _domainSeparatorV4(), hold);
    }

    /// @inheritdoc ISettlementHolds
    function holdOf(bytes32 id) external view returns (HoldState memory) {
        return _lockBook.holds[id];
    }

    /// @inheritdoc ISettlementHolds
    function hashHold(Hold calldata hold) external view returns (bytes32) {
        return HeldForOthers.digest(_domainSeparatorV4(), hold);
    }
}
