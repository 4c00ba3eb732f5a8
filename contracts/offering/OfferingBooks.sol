// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ICustodyDesk} from "../custody/ICustodyDesk.sol";
import {InvestorId} from "../investors/IInvestorRegistry.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {IOfferingDesk} from "./IOfferingDesk.sol";
import {OfferingMathLib} from "./OfferingMathLib.sol";
import {Entry, OfferingState, OfferingStorage} from "./OfferingState.sol";
import {ClassCount, Entitlement, Offering, Tier} from "./OfferingTypes.sol";

/// @title The desk's books, as they are read
abstract contract OfferingBooks is IOfferingDesk, AccessManaged, ReentrancyGuardTransient {
    using OfferingMathLib for Tier[];
    using OfferingState for OfferingStorage;
    using OfferingState for Offering;

    IShareToken public immutable shares;
    ICustodyDesk public immutable custody;

    /// @inheritdoc IOfferingDesk
    uint256 public offeringCount;

    OfferingStorage internal _books;

    constructor(IShareToken shares_, ICustodyDesk custody_) {
        shares = shares_;
        custody = custody_;
    }

    /// @inheritdoc IOfferingDesk
    function offeringOf(uint256 offeringId) external view returns (Offering memory) {
        return _books.existing(offeringId);
    }

    /// @inheritdoc IOfferingDesk
    function tiersOf(uint256 offeringId) external view returns (Tier[] memory) {
        return _books.tiers[offeringId];
    }

    /// @inheritdoc IOfferingDesk
    function classCountsOf(uint256 offeringId) external view returns (ClassCount[] memory) {
        return _books.classCounts[offeringId];
    }

    /// @inheritdoc IOfferingDesk
    function entitlementOf(uint256 offeringId, address buyer) external view returns (uint64) {
        return _books.offerings[offeringId].entitled(_books.entries[offeringId][buyer]);
    }

    /// @inheritdoc IOfferingDesk
    function entitlementsOf(
        uint256 offeringId,
        address[] calldata buyers
    ) external view returns (Entitlement[] memory entitlements) {
        Offering storage offering = _books.existing(offeringId);
        entitlements = new Entitlement[](buyers.length);
        for (uint256 i = 0; i < buyers.length; ++i) {
            Entry storage entry = _books.entries[offeringId][buyers[i]];
            uint64 entitled = offering.entitled(entry);
            uint256 excess = entry.paid - _books.costIn(offeringId, entry, entitled);
            entitlements[i] = Entitlement(entitled, entry.paid, excess, entry.place, entry.referrer);
        }
    }

    /// @inheritdoc IOfferingDesk
    function buyerCount(uint256 offeringId) external view returns (uint256) {
        return _books.buyers[offeringId].length;
    }

    /// @inheritdoc IOfferingDesk
    function buyersPage(
        uint256 offeringId,
        uint256 first,
        uint256 count
    ) external view returns (address[] memory buyers) {
        address[] storage all = _books.buyers[offeringId];
        uint256 length = first < all.length ? all.length - first : 0;
        buyers = new address[](count < length ? count : length);
        for (uint256 i = 0; i < buyers.length; ++i) buyers[i] = all[first + i];
    }

    /// @inheritdoc IOfferingDesk
    function costOf(uint256 offeringId, uint64 shares_) external view returns (uint256) {
        return _books.tiers[offeringId].costOf(_books.existing(offeringId).sold, shares_);
    }

    /// @inheritdoc IOfferingDesk
    function subscribedBy(uint256 offeringId, InvestorId investor) external view returns (uint256) {
        return _books.subscribed[offeringId][investor];
    }

    /// @inheritdoc IOfferingDesk
    function escrowOf(uint256 offeringId) external view returns (uint256) {
        return _books.existing(offeringId).escrow;
    }

    function _requireBacked(uint256 id) internal view {
        require(custody.isBacked(id), OfferingDeskNotBacked(id));
    }
}
