// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInvestorRegistry} from "../investors/IInvestorRegistry.sol";
import {SuccessionLib} from "../investors/SuccessionLib.sol";
import {ReasonCodes} from "../rules/ReasonCodes.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {HoldingsLib} from "./HoldingsLib.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";
import {ISettlementHolds} from "./ISettlementHolds.sol";
import {ISettlementLocks} from "./ISettlementLocks.sol";
import {SettlementHashLib} from "./SettlementHashLib.sol";
import {SignatureLib} from "./SignatureLib.sol";
import {Hold, HoldState, LockBook, ShareLock} from "./LockTypes.sol";

/// @title Holds: shares that an agent decides on
/// @dev Checks come in the executor's order (docs/formats.md, section 5, kinds 5 to 8). A library of its own for the size of the desk's
/// code only.
library HeldForOthers {
    using HoldingsLib for LockBook;
    using SettlementHashLib for Hold;
    using SuccessionLib for IShareToken;

    /// @notice The id of a hold.
    function digest(bytes32 domain, Hold calldata hold) public pure returns (bytes32) {
        return SignatureLib.digest(domain, hold.structHash());
    }

    function create(
        LockBook storage book,
        IShareToken shares,
        bytes32 domain,
        Hold calldata hold,
        bytes calldata signature
    ) external {
        bytes32 id = digest(domain, hold);
        _checkTerms(book, id, hold, signature);
        uint8 code = IInvestorRegistry(shares.investors()).sendCode(hold.holder);
        require(code == ReasonCodes.ACCEPTED, IShareToken.ShareTokenPartyRefused(hold.asset, hold.holder, code));

        book.holds[id] = HoldState(hold.quantity, true);
        book.locks[hold.asset][hold.holder].held += hold.quantity;

        emit ISettlementHolds.HoldCreated(
            id,
            hold.holder,
            hold.beneficiary,
            hold.agent,
            hold.asset,
            hold.quantity,
            hold.until
        );

        shares.lock(hold.holder, hold.asset, hold.quantity);
    }

    function cancel(LockBook storage book, bytes32 domain, Hold calldata hold) external {
        bytes32 id = digest(domain, hold);
        require(msg.sender == hold.holder, ISettlementHolds.SettlementDeskNotHolder(msg.sender, hold.holder));
        require(!book.holds[id].isUsed, ISettlementHolds.SettlementDeskHoldUsed(id));

        book.holds[id].isUsed = true;

        emit ISettlementHolds.HoldCancelled(id, msg.sender);
    }

    function execute(
        LockBook storage book,
        IShareToken shares,
        bytes32 domain,
        Hold calldata hold,
        uint64 quantity
    ) external {
        bytes32 id = digest(domain, hold);
        require(quantity > 0, ISettlementDesk.SettlementDeskQuantityZero());
        _requireOpen(book, id);
        require(
            msg.sender == shares.successorOf(hold.agent),
            ISettlementHolds.SettlementDeskNotHoldAgent(msg.sender, hold.agent)
        );
        require(block.timestamp <= hold.until, ISettlementHolds.SettlementDeskHoldOver(id, hold.until));
        (address holder, uint64 unlocked) = _close(book, shares, id, hold);
        require(quantity <= unlocked, ISettlementHolds.SettlementDeskHoldExceeded(id, quantity, unlocked));

        emit ISettlementHolds.HoldExecuted(id, quantity);

        shares.unlock(holder, hold.asset, unlocked);
        shares.settlePair(hold.asset, holder, shares.successorOf(hold.beneficiary), quantity);
    }

    function release(LockBook storage book, IShareToken shares, bytes32 domain, Hold calldata hold) external {
        bytes32 id = digest(domain, hold);
        _requireOpen(book, id);
        require(
            msg.sender == shares.successorOf(hold.agent) || msg.sender == shares.successorOf(hold.beneficiary),
            ISettlementHolds.SettlementDeskNotHoldAgent(msg.sender, hold.agent)
        );
        _giveBack(book, shares, id, hold);
    }

    function reclaim(LockBook storage book, IShareToken shares, bytes32 domain, Hold calldata hold) external {
        bytes32 id = digest(domain, hold);
        _requireOpen(book, id);
        require(block.timestamp > hold.until, ISettlementHolds.SettlementDeskHoldNotOver(id, hold.until));
        _giveBack(book, shares, id, hold);
    }

    function _checkTerms(LockBook storage book, bytes32 id, Hold calldata hold, bytes calldata signature) private view {
        address holder = hold.holder;
        require(hold.quantity > 0, ISettlementDesk.SettlementDeskQuantityZero());
        require(holder != hold.beneficiary, ISettlementHolds.SettlementDeskSameAccount(holder));
        if (msg.sender != holder) SignatureLib.check(holder, id, signature);
        require(!book.holds[id].isUsed, ISettlementHolds.SettlementDeskHoldUsed(id));
        require(block.timestamp <= hold.expiry, ISettlementDesk.SettlementDeskExpired(holder, hold.expiry));
        require(block.timestamp <= hold.until, ISettlementHolds.SettlementDeskHoldOver(id, hold.until));
    }

    function _requireOpen(LockBook storage book, bytes32 id) private view {
        require(book.holds[id].held > 0, ISettlementHolds.SettlementDeskHoldUnknown(id));
    }

    function _giveBack(LockBook storage book, IShareToken shares, bytes32 id, Hold calldata hold) private {
        (address holder, uint64 unlocked) = _close(book, shares, id, hold);

        emit ISettlementHolds.HoldReleased(id, msg.sender);

        if (unlocked > 0) shares.unlock(holder, hold.asset, unlocked);
    }

    /// @dev The hold is over, whatever comes of its shares.
    /// @return holder who has the shares now
    /// @return unlocked how many of them enforcement has left
    function _close(
        LockBook storage book,
        IShareToken shares,
        bytes32 id,
        Hold calldata hold
    ) private returns (address holder, uint64 unlocked) {
        uint64 quantity = hold.quantity;
        holder = shares.successorOf(hold.holder);
        if (holder != hold.holder && book.locks[hold.asset][hold.holder].held > 0) {
            book.recover(shares, hold.asset, hold.holder);
        }
        ShareLock storage own = book.locks[hold.asset][holder];
        if (own.held < quantity) {
            revert ISettlementLocks.SettlementDeskNotLocked(holder, hold.asset, quantity - own.held);
        }

        own.held -= quantity;
        book.holds[id].held = 0;

        uint256 locked = shares.lockedOf(holder, hold.asset);
        unlocked = locked < quantity ? uint64(locked) : quantity;
    }
}
