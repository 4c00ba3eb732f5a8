// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ICustodyDesk} from "../custody/ICustodyDesk.sol";
import {IInvestorRegistry, InvestorId, Profile} from "../investors/IInvestorRegistry.sol";
import {SuccessionLib} from "../investors/SuccessionLib.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {IPriceGuard} from "../valuation/IPriceGuard.sol";
import {IOfferingAllotment} from "./IOfferingAllotment.sol";
import {IOfferingDesk} from "./IOfferingDesk.sol";
import {IOfferingSale} from "./IOfferingSale.sol";
import {OfferingMathLib} from "./OfferingMathLib.sol";
import {Entry, OfferingState, OfferingStorage} from "./OfferingState.sol";
import {ClassCount, Offering, OfferingPhase, OfferingTerms, SaleKind, Subscription, Tier} from "./OfferingTypes.sol";

/// @dev Whom the desk asks.
/// @param guard zero if nobody says whether prices can be used
struct Surroundings {
    IShareToken shares;
    ICustodyDesk custody;
    IPriceGuard guard;
}

/// @title Taking a subscription, and giving it back
/// @dev A library of its own for the size of the desk's code only.
library Subscribing {
    using OfferingMathLib for Tier[];
    using OfferingState for IShareToken;
    using OfferingState for OfferingStorage;
    using SafeERC20 for IERC20;
    using SuccessionLib for IShareToken;

    /// @notice Everything is checked against the order's buyer, who has called the desk or signed.
    function subscribe(
        OfferingStorage storage books,
        Surroundings memory around,
        Subscription memory order
    ) external returns (uint64 got) {
        Offering storage offering = books.inPhase(order.offeringId, OfferingPhase.Open);
        _requireSelling(order.offeringId, offering.terms, around);
        Entry storage entry = books.entries[order.offeringId][order.buyer];
        got = _sharesFor(order, offering, entry.shares);
        uint256 cost = books.tiers[order.offeringId].costOf(offering.sold, got);
        require(cost <= order.maxCost, IOfferingSale.OfferingDeskCostTooHigh(order.offeringId, cost, order.maxCost));
        uint64 entitled = entry.shares + got;
        uint8 code = around.shares.issueCode(offering.terms.id, order.buyer, entitled);
        require(code == 0, IOfferingSale.OfferingDeskRefused(order.offeringId, order.buyer, code));

        IInvestorRegistry investors = IInvestorRegistry(around.shares.investors());
        _enter(books, investors, order, entry);
        _count(books, investors.profileOf(order.buyer), order.offeringId, entry, entitled);
        entry.shares = entitled;
        entry.paid += uint128(cost); // the dearest price times the hard cap fits
        offering.sold += got;
        offering.escrow += cost;

        emit IOfferingSale.Subscribed(order.offeringId, order.buyer, got, cost);

        _pull(IERC20(offering.terms.currency), order.buyer, cost);
    }

    /// @notice Undoes all that a buyer has subscribed, for him or the wallet that stands for him.
    function cancel(OfferingStorage storage books, IShareToken shares, uint256 offeringId, address buyer) external {
        Offering storage offering = books.inPhase(offeringId, OfferingPhase.Open);
        uint48 cancelUntil = offering.terms.cancelUntil;
        require(
            block.timestamp <= cancelUntil,
            IOfferingSale.OfferingDeskNotCancellable(offeringId, cancelUntil, block.timestamp)
        );
        Entry storage entry = books.entries[offeringId][buyer];
        (uint64 subscribed, uint256 paid) = (entry.shares, entry.paid);
        require(subscribed != 0, IOfferingAllotment.OfferingDeskNoEntitlement(offeringId, buyer));
        address receiver = shares.successorOf(buyer);
        require(msg.sender == receiver, IOfferingSale.OfferingDeskNotBuyer(offeringId, buyer, msg.sender));

        _uncount(books, offeringId, entry);
        delete books.buyers[offeringId][entry.place];
        delete books.entries[offeringId][buyer];
        offering.sold -= subscribed;
        offering.escrow -= paid;

        emit IOfferingSale.SubscriptionCancelled(offeringId, buyer, receiver, subscribed, paid);

        IERC20(offering.terms.currency).safeTransfer(receiver, paid);
    }

    /// The first subscription gives a place, and the first one that names a referrer a referrer.
    function _enter(
        OfferingStorage storage books,
        IInvestorRegistry investors,
        Subscription memory order,
        Entry storage entry
    ) private {
        address[] storage buyers = books.buyers[order.offeringId];
        if (entry.shares == 0) {
            entry.place = uint32(buyers.length);
            buyers.push(order.buyer);
        }
        if (order.referrer == address(0) || order.referrer == entry.referrer) return;

        require(
            entry.referrer == address(0) &&
                books.referrers[order.offeringId][order.referrer] &&
                !_isSameInvestor(investors, order.referrer, order.buyer),
            IOfferingSale.OfferingDeskInvalidReferrer(order.offeringId, order.buyer, order.referrer)
        );
        entry.referrer = order.referrer;

        emit IOfferingSale.Referred(order.offeringId, order.buyer, order.referrer);
    }

    /// Counts all that the buyer has by what the register knows of him now: per investor over all his wallets (D4), and in each
    /// class cap that is his.
    function _count(
        OfferingStorage storage books,
        Profile memory profile,
        uint256 offeringId,
        Entry storage entry,
        uint64 entitled
    ) private {
        _uncount(books, offeringId, entry);

        uint64 limit = books.offerings[offeringId].terms.maxPerInvestor;
        uint256 subscribed = books.subscribed[offeringId][profile.investor] + entitled;
        require(
            limit == 0 || subscribed <= limit,
            IOfferingSale.OfferingDeskInvestorLimit(offeringId, profile.investor, subscribed, limit)
        );
        books.subscribed[offeringId][profile.investor] = subscribed;
        entry.investor = profile.investor;
        entry.classCaps = _countClasses(books.classCounts[offeringId], offeringId, profile.classes, entitled);
    }

    function _countClasses(
        ClassCount[] storage counts,
        uint256 offeringId,
        uint16 classes,
        uint64 entitled
    ) private returns (uint8 counted) {
        uint256 length = counts.length;
        for (uint256 i = 0; i < length; ++i) {
            ClassCount memory count = counts[i];
            if (count.classes & classes == 0) continue;
            uint256 used = uint256(count.used) + entitled;
            require(
                used <= count.most,
                IOfferingSale.OfferingDeskClassLimit(offeringId, count.classes, used, count.most)
            );
            counts[i].used = uint64(used); // <= most
            counted |= uint8(1 << i); // there are at most 8
        }
    }

    function _uncount(OfferingStorage storage books, uint256 offeringId, Entry storage entry) private {
        uint64 counted = entry.shares;
        if (counted == 0) return;

        books.subscribed[offeringId][entry.investor] -= counted;
        ClassCount[] storage counts = books.classCounts[offeringId];
        uint256 places = entry.classCaps;
        for (uint256 i = 0; places >> i != 0; ++i) {
            if ((places >> i) & 1 != 0) counts[i].used -= counted;
        }
    }

    /// Balances are compared, because what a currency says it has moved is not what arrived.
    function _pull(IERC20 currency, address buyer, uint256 cost) private {
        uint256 before = currency.balanceOf(address(this));
        currency.safeTransferFrom(buyer, address(this), cost);
        uint256 received = currency.balanceOf(address(this)) - before;
        require(received == cost, IOfferingSale.OfferingDeskReceived(address(currency), cost, received));
    }

    function _requireSelling(uint256 offeringId, OfferingTerms storage terms, Surroundings memory around) private view {
        require(
            block.timestamp >= terms.opensAt && block.timestamp <= terms.closesAt,
            IOfferingSale.OfferingDeskOutsideWindow(offeringId, terms.opensAt, terms.closesAt, block.timestamp)
        );
        uint256 id = terms.id;
        require(around.custody.isBacked(id), IOfferingDesk.OfferingDeskNotBacked(id));
        uint8 code = address(around.guard) == address(0) ? 0 : around.guard.offerCode(id);
        require(code == 0, IOfferingSale.OfferingDeskPriceNotUsable(id, code));
    }

    /// First come, the rest is what is left of all; of a reservation every wallet may take the whole.
    function _sharesFor(
        Subscription memory order,
        Offering storage offering,
        uint64 entitled
    ) private view returns (uint64 got) {
        OfferingTerms storage terms = offering.terms;
        uint64 left = terms.hardCap - (terms.kind == SaleKind.Reservation ? entitled : offering.sold);
        got = order.shares < left ? order.shares : left;
        require(
            got != 0 && got >= order.minShares,
            IOfferingSale.OfferingDeskTooFewLeft(order.offeringId, order.minShares, left)
        );
        require(
            got >= terms.minTicket || got == left,
            IOfferingSale.OfferingDeskBelowTicket(order.offeringId, got, terms.minTicket)
        );
    }

    /// An account that belongs to nobody is nobody's but its own.
    function _isSameInvestor(IInvestorRegistry investors, address one, address other) private view returns (bool) {
        bytes32 investor = InvestorId.unwrap(investors.profileOf(one).investor);
        bytes32 another = InvestorId.unwrap(investors.profileOf(other).investor);
        return one == other || (investor != 0 && investor == another);
    }
}
