// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {BoundedCallLib} from "../calls/BoundedCallLib.sol";
import {ICustodyDesk} from "../custody/ICustodyDesk.sol";
import {AssetState, IShareToken} from "../shares/IShareToken.sol";
import {IOfferingDesk} from "./IOfferingDesk.sol";
import {OfferingAllotment} from "./OfferingAllotment.sol";
import {OfferingBooks} from "./OfferingBooks.sol";
import {OfferingSale} from "./OfferingSale.sol";
import {Opening} from "./Opening.sol";
import {OfferingState, OfferingStorage} from "./OfferingState.sol";
import {ClassCap, Offering, OfferingPhase, OfferingTerms, SaleKind, Tier} from "./OfferingTypes.sol";

/// @title Primary distribution (see `IOfferingDesk`)
contract OfferingDesk is OfferingSale, OfferingAllotment {
    using OfferingState for OfferingStorage;
    uint256 private constant STATE_GAS = 200_000;

    /// @inheritdoc IOfferingDesk
    mapping(address currency => bool) public isCurrencyAllowed;

    constructor(
        address authority_,
        IShareToken shares_,
        ICustodyDesk custody_
    ) AccessManaged(authority_) OfferingBooks(shares_, custody_) {}

    /// @inheritdoc IOfferingDesk
    function allowCurrency(address currency, bool allowed) external restricted {
        require(!allowed || currency.code.length != 0, OfferingDeskCurrencyNotAllowed(currency));

        isCurrencyAllowed[currency] = allowed;

        emit CurrencyAllowed(currency, allowed);
    }

    /// @inheritdoc IOfferingDesk
    function open(
        OfferingTerms calldata terms,
        Tier[] calldata tiers,
        ClassCap[] calldata classCaps
    ) external restricted nonReentrant returns (uint256 offeringId) {
        require(isCurrencyAllowed[terms.currency], OfferingDeskCurrencyNotAllowed(terms.currency));

        offeringId = ++offeringCount;
        Opening.open(_books, shares, custody, offeringId, terms, tiers, classCaps);

        shares.setAssetState(terms.id, AssetState.Offered);
    }

    /// @inheritdoc IOfferingDesk
    function close(uint256 offeringId) external nonReentrant {
        Offering storage offering = _books.inPhase(offeringId, OfferingPhase.Open);
        uint48 closesAt = offering.terms.closesAt;
        require(block.timestamp > closesAt, OfferingDeskStillOpen(offeringId, closesAt, block.timestamp));

        _close(offeringId, offering);
    }

    /// @inheritdoc IOfferingDesk
    function closeSoldOut(uint256 offeringId) external restricted nonReentrant {
        Offering storage offering = _books.inPhase(offeringId, OfferingPhase.Open);
        (SaleKind kind, uint48 cancelUntil) = (offering.terms.kind, offering.terms.cancelUntil);
        require(
            kind == SaleKind.FirstCome && block.timestamp > cancelUntil,
            OfferingDeskEarlyClose(offeringId, kind, cancelUntil, block.timestamp)
        );
        uint64 hardCap = offering.terms.hardCap;
        require(offering.sold == hardCap, OfferingDeskNotSoldOut(offeringId, offering.sold, hardCap));

        _close(offeringId, offering);
    }

    /// The phase and the money are settled first; whether the register follows is not a condition for refunds.
    function _close(uint256 offeringId, Offering storage offering) private {
        uint256 id = offering.terms.id;
        (uint64 sold, uint64 hardCap) = (offering.sold, offering.terms.hardCap);
        bool succeeded = sold >= offering.terms.softCap;
        OfferingPhase phase =
            !succeeded
                ? OfferingPhase.Failed
                : sold > hardCap
                    ? OfferingPhase.Prorating
                    : OfferingPhase.Succeeded;
        AssetState next = succeeded ? AssetState.Active : AssetState.Listed;

        offering.phase = phase;
        offering.closedAt = uint48(block.timestamp);
        if (sold > hardCap) offering.reserved = sold;
        if (succeeded) _books.retainedDue[id] += offering.terms.retained;

        emit OfferingClosed(offeringId, phase, sold);

        (bool moved, bytes memory reason) = BoundedCallLib.tryCall(
            address(shares),
            STATE_GAS,
            abi.encodeCall(IShareToken.setAssetState, (id, next))
        );
        if (!moved) emit AssetStateKept(offeringId, id, reason);
    }
}
