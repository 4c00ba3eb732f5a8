// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IPriceGuard} from "../valuation/IPriceGuard.sol";
import {IOfferingDesk} from "./IOfferingDesk.sol";
import {IOfferingSale} from "./IOfferingSale.sol";
import {OfferingBooks} from "./OfferingBooks.sol";
import {OfferingState, OfferingStorage} from "./OfferingState.sol";
import {Subscription} from "./OfferingTypes.sol";
import {SignedSubscriptions} from "./SignedSubscriptions.sol";
import {Subscribing, Surroundings} from "./Subscribing.sol";

/// @title Selling (see `IOfferingSale`)
abstract contract OfferingSale is OfferingBooks, SignedSubscriptions {
    using OfferingState for OfferingStorage;

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
        address currency = _books.existing(offeringId).terms.currency;
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
        Subscribing.cancel(_books, shares, offeringId, buyer);
    }

    function _subscribe(Subscription memory order) private returns (uint64 got) {
        return Subscribing.subscribe(_books, Surroundings(shares, custody, priceGuard), order);
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
}
