// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IInvestorRegistry, InvestorId, Profile} from "../investors/IInvestorRegistry.sol";
import {SuccessionLib} from "../investors/SuccessionLib.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {IPriceGuard} from "../valuation/IPriceGuard.sol";
import {IOfferingDesk} from "./IOfferingDesk.sol";
import {IOfferingSale} from "./IOfferingSale.sol";
import {Entry} from "./OfferingBooks.sol";
import {OfferingMathLib} from "./OfferingMathLib.sol";
import {OfferingProceeds} from "./OfferingProceeds.sol";
import {ClassCount, Offering, OfferingPhase, OfferingTerms, SaleKind, Subscription, Tier} from "./OfferingTypes.sol";
import {SignedSubscriptions} from "./SignedSubscriptions.sol";

/// @title Selling (see `IOfferingSale`)
abstract contract OfferingSale is OfferingProceeds, SignedSubscriptions {
    using SafeERC20 for IERC20;
    using OfferingMathLib for Tier[];
    using SuccessionLib for IShareToken;

    /// @inheritdoc IOfferingDesk
    IPriceGuard public priceGuard;

    /// @inheritdoc IOfferingDesk
    function setPriceGuard(IPriceGuard guard) external restricted {
        priceGuard = guard;

        emit PriceGuardSet(guard);
    }

    /// @inheritdoc IOfferingSale
    function subscribe(
        uint256 offeringId,
        uint64 shares_,
        uint64 minShares,
        uint256 maxCost
    ) external nonReentrant returns (uint64 got) {
        return _subscribe(_ownOrder(offeringId, shares_, minShares, maxCost, address(0)));
    }

    /// @inheritdoc IOfferingSale
    function subscribeReferred(
        uint256 offeringId,
        uint64 shares_,
        uint64 minShares,
        uint256 maxCost,
        address referrer
    ) external nonReentrant returns (uint64 got) {
        return _subscribe(_ownOrder(offeringId, shares_, minShares, maxCost, referrer));
    }

    /// @inheritdoc IOfferingSale
    function subscribeWithPermit(
        uint256 offeringId,
        uint64 shares_,
        uint64 minShares,
        uint256 maxCost,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant returns (uint64 got) {
        address currency = _existing(offeringId).terms.currency;
        // A permit seen in the mempool can be brought by anybody first. Then this call fails, and the allowance is there.
        try IERC20Permit(currency).permit(msg.sender, address(this), maxCost, deadline, v, r, s) {} catch {}

        return _subscribe(_ownOrder(offeringId, shares_, minShares, maxCost, address(0)));
    }

    /// @inheritdoc IOfferingSale
    function subscribeSigned(
        Subscription calldata subscription,
        bytes calldata signature
    ) external nonReentrant returns (uint64 got) {
        _useSignature(subscription, signature);

        return _subscribe(subscription);
    }

    /// @inheritdoc IOfferingSale
    function cancel(uint256 offeringId, address buyer) external nonReentrant {
        Offering storage offering = _inPhase(offeringId, OfferingPhase.Open);
        uint48 cancelUntil = offering.terms.cancelUntil;
        require(block.timestamp <= cancelUntil, OfferingDeskNotCancellable(offeringId, cancelUntil, block.timestamp));
        Entry storage entry = _entries[offeringId][buyer];
        (uint64 subscribed, uint256 paid) = (entry.shares, entry.paid);
        require(subscribed != 0, OfferingDeskNoEntitlement(offeringId, buyer));
        address receiver = shares.successorOf(buyer);
        require(msg.sender == receiver, OfferingDeskNotBuyer(offeringId, buyer, msg.sender));

        _uncount(offeringId, entry);
        delete _buyers[offeringId][entry.place];
        delete _entries[offeringId][buyer];
        offering.sold -= subscribed;
        offering.escrow -= paid;

        emit SubscriptionCancelled(offeringId, buyer, receiver, subscribed, paid);

        IERC20(offering.terms.currency).safeTransfer(receiver, paid);
    }

    function _subscribe(Subscription memory order) private returns (uint64 got) {
        Offering storage offering = _inPhase(order.offeringId, OfferingPhase.Open);
        OfferingTerms storage terms = offering.terms;
        _requireSelling(order.offeringId, terms);
        Entry storage entry = _entries[order.offeringId][order.buyer];
        got = _sharesFor(order, offering, entry.shares);
        uint256 cost = _tiers[order.offeringId].costOf(offering.sold, got);
        require(cost <= order.maxCost, OfferingDeskCostTooHigh(order.offeringId, cost, order.maxCost));
        uint64 entitled = entry.shares + got;
        uint8 code = _issueCode(terms.id, order.buyer, entitled);
        require(code == 0, OfferingDeskRefused(order.offeringId, order.buyer, code));

        _enter(order, entry);
        _count(order, entry, terms.maxPerInvestor, entitled);
        entry.shares = entitled;
        entry.paid += uint128(cost); // the dearest price times the hard cap fits
        offering.sold += got;
        offering.escrow += cost;

        emit Subscribed(order.offeringId, order.buyer, got, cost);

        _pull(IERC20(terms.currency), order.buyer, cost);
    }

    /// The first subscription gives a place, and the first one that names a referrer a referrer.
    function _enter(Subscription memory order, Entry storage entry) private {
        address[] storage buyers = _buyers[order.offeringId];
        if (entry.shares == 0) {
            entry.place = uint32(buyers.length);
            buyers.push(order.buyer);
        }
        if (order.referrer == address(0) || order.referrer == entry.referrer) return;

        require(
            entry.referrer == address(0) &&
                isReferrer[order.offeringId][order.referrer] &&
                !_isSameInvestor(order.referrer, order.buyer),
            OfferingDeskInvalidReferrer(order.offeringId, order.buyer, order.referrer)
        );
        entry.referrer = order.referrer;

        emit Referred(order.offeringId, order.buyer, order.referrer);
    }

    /// Counts all that the buyer has by what the register knows of him now: per investor over all his wallets (D4), and in each
    /// class cap that is his.
    function _count(Subscription memory order, Entry storage entry, uint64 limit, uint64 entitled) private {
        Profile memory profile = IInvestorRegistry(shares.investors()).profileOf(order.buyer);
        _uncount(order.offeringId, entry);

        uint256 subscribed = _subscribed[order.offeringId][profile.investor] + entitled;
        require(
            limit == 0 || subscribed <= limit,
            OfferingDeskInvestorLimit(order.offeringId, profile.investor, subscribed, limit)
        );
        _subscribed[order.offeringId][profile.investor] = subscribed;
        entry.investor = profile.investor;
        entry.classCaps = _countClasses(order.offeringId, profile.classes, entitled);
    }

    function _countClasses(uint256 offeringId, uint16 classes, uint64 entitled) private returns (uint8 counted) {
        ClassCount[] storage counts = _classCounts[offeringId];
        uint256 length = counts.length;
        for (uint256 i = 0; i < length; ++i) {
            ClassCount memory count = counts[i];
            if (count.classes & classes == 0) continue;
            uint256 used = uint256(count.used) + entitled;
            require(used <= count.most, OfferingDeskClassLimit(offeringId, count.classes, used, count.most));
            counts[i].used = uint64(used); // <= most
            counted |= uint8(1 << i); // there are at most 8
        }
    }

    function _uncount(uint256 offeringId, Entry storage entry) private {
        uint64 counted = entry.shares;
        if (counted == 0) return;

        _subscribed[offeringId][entry.investor] -= counted;
        ClassCount[] storage counts = _classCounts[offeringId];
        for (uint256 left = entry.classCaps; left != 0; left &= left - 1) {
            counts[_lowestBit(left)].used -= counted;
        }
    }

    /// Balances are compared, because what a currency says it has moved is not what arrived.
    function _pull(IERC20 currency, address buyer, uint256 cost) private {
        uint256 before = currency.balanceOf(address(this));
        currency.safeTransferFrom(buyer, address(this), cost);
        uint256 received = currency.balanceOf(address(this)) - before;
        require(received == cost, OfferingDeskReceived(address(currency), cost, received));
    }

    function _requireSelling(uint256 offeringId, OfferingTerms storage terms) private view {
        require(
            block.timestamp >= terms.opensAt && block.timestamp <= terms.closesAt,
            OfferingDeskOutsideWindow(offeringId, terms.opensAt, terms.closesAt, block.timestamp)
        );
        _requireBacked(terms.id);
        uint8 code = address(priceGuard) == address(0) ? 0 : priceGuard.offerCode(terms.id);
        require(code == 0, OfferingDeskPriceNotUsable(terms.id, code));
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
        require(got != 0 && got >= order.minShares, OfferingDeskTooFewLeft(order.offeringId, order.minShares, left));
        require(got >= terms.minTicket || got == left, OfferingDeskBelowTicket(order.offeringId, got, terms.minTicket));
    }

    function _ownOrder(
        uint256 offeringId,
        uint64 shares_,
        uint64 minShares,
        uint256 maxCost,
        address referrer
    ) private view returns (Subscription memory) {
        return Subscription(offeringId, msg.sender, shares_, minShares, maxCost, referrer, 0, 0);
    }

    /// An account that belongs to nobody is nobody's but its own.
    function _isSameInvestor(address one, address other) private view returns (bool) {
        IInvestorRegistry investors = IInvestorRegistry(shares.investors());
        InvestorId investor = investors.profileOf(one).investor;
        return
            one == other ||
            (InvestorId.unwrap(investor) != 0 &&
                InvestorId.unwrap(investor) == InvestorId.unwrap(investors.profileOf(other).investor));
    }

    function _lowestBit(uint256 word) private pure returns (uint256 place) {
        while (word & 1 == 0) {
            word >>= 1;
            ++place;
        }
    }
}
