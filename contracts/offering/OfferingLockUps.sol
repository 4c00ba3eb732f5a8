// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SuccessionLib} from "../investors/SuccessionLib.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {IOfferingAllotment} from "./IOfferingAllotment.sol";
import {IOfferingDesk} from "./IOfferingDesk.sol";
import {OfferingBooks} from "./OfferingBooks.sol";
import {OfferingMathLib} from "./OfferingMathLib.sol";
import {OfferingState, OfferingStorage} from "./OfferingState.sol";
import {LockUp, Lock, OfferingTerms} from "./OfferingTypes.sol";

/// @title Issuing, and what may not move yet
/// @dev Locks are the register's (D16). It keeps one number per holder for all desks; what this desk has locked is kept here.
abstract contract OfferingLockUps is OfferingBooks {
    using OfferingState for OfferingStorage;
    using OfferingMathLib for LockUp;
    using SuccessionLib for IShareToken;

    mapping(uint256 offeringId => mapping(address holder => Lock)) private _locks;

    /// @inheritdoc IOfferingAllotment
    function issueLocked(uint256 offeringId, address receiver, uint64 shares_) external {
        require(msg.sender == address(this), OfferingDeskNotDesk(msg.sender));
        _issue(offeringId, _books.offerings[offeringId].terms, receiver, shares_);
    }

    /// @inheritdoc IOfferingAllotment
    function release(uint256 offeringId, address holder) external nonReentrant {
        OfferingTerms storage terms = _books.existing(offeringId).terms;
        (uint64 releasable, uint64 kept, address keeper) = _releasable(offeringId, terms, holder);
        require(releasable != 0, OfferingDeskNothingReleased(offeringId, holder));

        _locks[offeringId][holder].left = kept;

        emit Released(offeringId, holder, releasable);

        shares.unlock(keeper, terms.id, releasable);
    }

    /// @inheritdoc IOfferingDesk
    function lockOf(uint256 offeringId, address holder) external view returns (Lock memory lock, uint64 releasable) {
        lock = _locks[offeringId][holder];
        (releasable, , ) = _releasable(offeringId, _books.existing(offeringId).terms, holder);
    }

    /// @dev The receiver's hook runs between issue and lock: shares that he passes on in it are missing for the lock, which then fails
    /// and undoes the issue.
    function _issue(uint256 offeringId, OfferingTerms storage terms, address receiver, uint64 shares_) internal {
        uint256 id = terms.id;
        uint64 held = terms.lockUp.heldUp(shares_);
        if (held != 0) {
            Lock storage lock = _locks[offeringId][receiver];
            lock.total += shares_;
            lock.left += held;
            emit LockedUp(offeringId, receiver, held);
        }

        shares.mint(receiver, id, shares_, "");
        if (held != 0) shares.lock(receiver, id, held);
    }

    function _isLockedUp(OfferingTerms storage terms) internal view returns (bool) {
        return block.timestamp < terms.lockUp.until;
    }

    /// What must stay locked is what the lock-up still holds, whenever somebody last asked: what enforcement took in the meantime has
    /// gone from free and locked shares alike.
    function _releasable(
        uint256 offeringId,
        OfferingTerms storage terms,
        address holder
    ) private view returns (uint64 releasable, uint64 kept, address keeper) {
        Lock memory lock = _locks[offeringId][holder];
        uint256 locked = shares.lockedOf(holder, terms.id);
        keeper = holder;
        if (locked == 0) {
            keeper = shares.successorOf(holder);
            locked = shares.lockedOf(keeper, terms.id);
        }

        uint64 left = locked < lock.left ? uint64(locked) : lock.left;
        uint64 held = terms.lockUp.heldUp(lock.total);
        kept = left < held ? left : held;
        releasable = left - kept;
    }
}
