// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICustodyDesk} from "../custody/ICustodyDesk.sol";
import {AssetState, IShareToken} from "../shares/IShareToken.sol";
import {IOfferingDesk} from "./IOfferingDesk.sol";
import {OfferingStorage} from "./OfferingState.sol";
import {OfferingTermsLib} from "./OfferingTermsLib.sol";
import {ClassCap, ClassCount, Offering, OfferingPhase, OfferingTerms, Tier} from "./OfferingTypes.sol";

/// @title Putting an offering into the books
/// @dev A library of its own for the size of the desk's code only.
library Opening {
    using OfferingTermsLib for OfferingTerms;

    function open(
        OfferingStorage storage books,
        IShareToken shares,
        ICustodyDesk custody,
        uint256 offeringId,
        OfferingTerms calldata terms,
        Tier[] calldata tiers,
        ClassCap[] calldata classCaps
    ) external {
        terms.requireSensible(tiers, classCaps);
        _requireOfferable(books, shares, custody, terms);

        Offering storage offering = books.offerings[offeringId];
        (offering.terms, offering.phase) = (terms, OfferingPhase.Open);
        for (uint256 i = 0; i < tiers.length; ++i) books.tiers[offeringId].push(tiers[i]);
        for (uint256 i = 0; i < classCaps.length; ++i) {
            books.classCounts[offeringId].push(ClassCount(classCaps[i].classes, classCaps[i].most, 0));
        }
        books.latestOf[terms.id] = offeringId;

        emit IOfferingDesk.OfferingOpened(offeringId, terms.id, terms, tiers, classCaps);
    }

    function _requireOfferable(
        OfferingStorage storage books,
        IShareToken shares,
        ICustodyDesk custody,
        OfferingTerms calldata terms
    ) private view {
        uint256 id = terms.id;
        AssetState state = shares.stateOf(id);
        require(state == AssetState.Listed, IOfferingDesk.OfferingDeskAssetNotListed(id, state));
        require(custody.isBacked(id), IOfferingDesk.OfferingDeskNotBacked(id));

        uint256 wanted = uint256(terms.hardCap) + terms.retained;
        uint256 taken = shares.totalSupply(id) + books.retainedDue[id];
        uint256 cap = shares.capOf(id);
        uint256 available = taken < cap ? cap - taken : 0;
        require(wanted <= available, IOfferingDesk.OfferingDeskCapExceeded(id, wanted, available));

        uint256 latest = books.latestOf[id];
        Offering storage before = books.offerings[latest];
        bool isFinished =
            before.phase == OfferingPhase.None ||
                before.phase == OfferingPhase.Failed ||
                (before.phase == OfferingPhase.Succeeded && before.sold == before.allotted);
        require(isFinished, IOfferingDesk.OfferingDeskUnfinished(id, latest));
    }
}
