// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {BoundedCallLib} from "../calls/BoundedCallLib.sol";
import {SuccessionLib} from "../investors/SuccessionLib.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {IOfferingAllotment} from "./IOfferingAllotment.sol";
import {OfferingLockUps} from "./OfferingLockUps.sol";
import {OfferingMathLib} from "./OfferingMathLib.sol";
import {Division, Entry, OfferingState, OfferingStorage} from "./OfferingState.sol";
import {OfferingProceeds} from "./OfferingProceeds.sol";
import {Offering, OfferingPhase} from "./OfferingTypes.sol";

/// @title Dividing, allotting, paying back (see `IOfferingAllotment`)
abstract contract OfferingAllotment is OfferingProceeds, OfferingLockUps {
    using OfferingState for IShareToken;
    using OfferingState for Offering;
    using OfferingState for OfferingStorage;
    using SafeERC20 for IERC20;
    using SuccessionLib for IShareToken;

    /// After this time every entitlement that was not allotted may be refunded.
    uint48 private constant ALLOTMENT_PERIOD = 30 days;
    /// Enough for an issue under 25 rules and a receiver's hook; the most that a hostile receiver can burn.
    uint256 private constant MINT_GAS = 1_500_000;
    uint256 private constant LOCK_GAS = 200_000;
    /// Enough to ask 25 rules and to move money.
    uint256 private constant REFUND_GAS = 1_000_000;
    /// Codes from here to below the second are about the buyer, others about the asset as a whole (docs/formats.md, section 5).
    uint8 private constant FIRST_PERSONAL_CODE = 10;
    uint8 private constant FIRST_FAULT_CODE = 90;

    /// @inheritdoc IOfferingAllotment
    function prorate(uint256 offeringId, uint64 threshold, uint32 cutoff, uint256 count) external nonReentrant {
        Offering storage offering = _books.inPhase(offeringId, OfferingPhase.Prorating);
        Division storage division = _books.divisions[offeringId][threshold][cutoff];
        uint256 all = _books.buyers[offeringId].length;
        uint256 first = division.next;
        uint256 end = count < all - first ? first + count : all;
        uint256 divided = division.divided + _partsOf(offeringId, first, end, threshold, cutoff);

        if (end < all) {
            (division.divided, division.next) = (uint64(divided), uint64(end)); // no part is above what was reserved
            return;
        }
        uint64 hardCap = offering.terms.hardCap;
        require(divided == hardCap, OfferingDeskWrongDivision(offeringId, threshold, cutoff, divided, hardCap));

        (offering.threshold, offering.cutoff) = (threshold, cutoff);
        offering.sold = hardCap;
        offering.phase = OfferingPhase.Succeeded;

        emit Prorated(offeringId, offering.reserved, threshold, cutoff);
    }

    /// @inheritdoc IOfferingAllotment
    function allot(uint256 offeringId, address[] calldata buyers) external nonReentrant {
        Offering storage offering = _books.inPhase(offeringId, OfferingPhase.Succeeded);
        _requireBacked(offering.terms.id);

        for (uint256 i = 0; i < buyers.length; ++i) _allot(offeringId, offering, buyers[i]);
    }

    /// @inheritdoc IOfferingAllotment
    function issueRetained(uint256 offeringId) external nonReentrant {
        Offering storage offering = _books.inPhase(offeringId, OfferingPhase.Succeeded);
        uint64 retained = offering.terms.retained;
        require(retained != 0 && !offering.retainedIssued, OfferingDeskNothingRetained(offeringId));
        uint256 id = offering.terms.id;
        _requireBacked(id);
        address receiver = shares.successorOf(offering.terms.retainedBy);

        offering.retainedIssued = true;
        _books.retainedDue[id] -= retained;

        emit RetainedIssued(offeringId, receiver, retained);

        _issue(offeringId, offering.terms, receiver, retained);
    }

    /// @inheritdoc IOfferingAllotment
    function refund(uint256 offeringId, address buyer) external nonReentrant {
        _refund(offeringId, buyer);
    }

    /// @inheritdoc IOfferingAllotment
    function refundMany(uint256 offeringId, address[] calldata buyers) external nonReentrant {
        for (uint256 i = 0; i < buyers.length; ++i) {
            if (_books.entries[offeringId][buyers[i]].paid == 0) continue;

            (bool done, bytes memory reason) = BoundedCallLib.tryCall(
                address(this),
                REFUND_GAS,
                abi.encodeCall(IOfferingAllotment.refundInPage, (offeringId, buyers[i]))
            );
            if (!done) emit RefundRefused(offeringId, buyers[i], reason);
        }
    }

    /// @inheritdoc IOfferingAllotment
    function refundInPage(uint256 offeringId, address buyer) external {
        require(msg.sender == address(this), OfferingDeskNotDesk(msg.sender));
        _refund(offeringId, buyer);
    }

    function _refund(uint256 offeringId, address buyer) private {
        Offering storage offering = _books.existing(offeringId);
        Entry storage entry = _books.entries[offeringId][buyer];
        uint256 amount = entry.paid;
        require(amount != 0, OfferingDeskNoEntitlement(offeringId, buyer));
        address receiver = shares.successorOf(buyer);
        uint64 entitled = offering.entitled(entry);
        uint256 cost = _books.costIn(offeringId, entry, entitled);
        bool isWhole = _isRefundable(offeringId, offering, receiver, entitled, amount != cost);

        if (isWhole) {
            delete _books.entries[offeringId][buyer];
            offering.sold -= entitled;
        } else {
            (entry.shares, entry.paid, entry.isCut) = (entitled, uint128(cost), true); // cost <= paid
            (entitled, amount) = (0, amount - cost);
        }
        offering.escrow -= amount;

        emit Refunded(offeringId, buyer, entitled, amount);
        if (receiver != buyer) emit EntitlementSucceeded(offeringId, buyer, receiver);

        IERC20(offering.terms.currency).safeTransfer(receiver, amount);
    }

    function _allot(uint256 offeringId, Offering storage offering, address buyer) private {
        Entry storage entry = _books.entries[offeringId][buyer];
        uint64 entitled = offering.entitled(entry);
        if (entitled == 0) return;
        address receiver = shares.successorOf(buyer);
        uint256 cost = _books.costIn(offeringId, entry, entitled);

        // What is left of an entry after this is money that its buyer may take back.
        uint64 subscribed = entry.shares;
        bool wasCut = entry.isCut;
        (entry.shares, entry.isCut) = (0, true);
        entry.paid -= uint128(cost);
        offering.allotted += entitled;

        (bool issued, bytes memory reason) = _tryIssue(offeringId, offering, receiver, entitled);
        if (issued) {
            emit Allotted(offeringId, buyer, entitled, cost);
            if (receiver != buyer) emit EntitlementSucceeded(offeringId, buyer, receiver);

            _earn(offeringId, offering, buyer, entry.referrer, cost);
            if (entry.paid == 0) delete _books.entries[offeringId][buyer];
        } else {
            (entry.shares, entry.isCut) = (subscribed, wasCut);
            entry.paid += uint128(cost);
            offering.allotted -= entitled;

            emit AllotmentRefused(offeringId, buyer, reason);
        }
    }

    function _tryIssue(
        uint256 offeringId,
        Offering storage offering,
        address receiver,
        uint64 shares_
    ) private returns (bool, bytes memory) {
        if (_isLockedUp(offering.terms)) {
            return
                BoundedCallLib.tryCall(
                    address(this),
                    MINT_GAS + LOCK_GAS,
                    abi.encodeCall(IOfferingAllotment.issueLocked, (offeringId, receiver, shares_))
                );
        }
        return
            BoundedCallLib.tryCall(
                address(shares),
                MINT_GAS,
                abi.encodeCall(IShareToken.mint, (receiver, offering.terms.id, shares_, ""))
            );
    }

    /// What the buyers at these places get together, if the proposal is right. Empty places get nothing.
    function _partsOf(
        uint256 offeringId,
        uint256 first,
        uint256 end,
        uint64 threshold,
        uint32 cutoff
    ) private view returns (uint256 parts) {
        Offering storage offering = _books.offerings[offeringId];
        (uint256 hardCap, uint256 reserved) = (offering.terms.hardCap, offering.reserved);
        for (uint256 place = first; place < end; ++place) {
            address buyer = _books.buyers[offeringId][place];
            if (buyer == address(0)) continue;
            uint64 subscribed = _books.entries[offeringId][buyer].shares;
            parts += OfferingMathLib.partOf(subscribed, place, hardCap, reserved, threshold, cutoff);
        }
    }

    /// Whether all of an entry may be paid back now; if not, an excess may. The reason that counts is the one of the wallet that would be
    /// issued the shares.
    function _isRefundable(
        uint256 offeringId,
        Offering storage offering,
        address receiver,
        uint64 entitled,
        bool hasExcess
    ) private view returns (bool) {
        if (offering.phase == OfferingPhase.Failed) return true;
        require(offering.phase == OfferingPhase.Succeeded, OfferingDeskWrongPhase(offeringId, offering.phase));
        uint256 refundableFrom = offering.closedAt + ALLOTMENT_PERIOD;
        if (entitled == 0 || block.timestamp >= refundableFrom) return true;

        uint8 code = shares.issueCode(offering.terms.id, receiver, entitled);
        bool isRefused = code >= FIRST_PERSONAL_CODE && code < FIRST_FAULT_CODE;
        if (isRefused && msg.sender == receiver) return true;
        require(hasExcess, OfferingDeskNotRefundable(offeringId, receiver, refundableFrom));
        return false;
    }
}
