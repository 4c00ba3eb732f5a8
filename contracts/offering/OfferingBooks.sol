// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ICustodyDesk} from "../custody/ICustodyDesk.sol";
import {InvestorId} from "../investors/IInvestorRegistry.sol";
import {ITransferRules} from "../rules/ITransferRules.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {IOfferingDesk} from "./IOfferingDesk.sol";
import {OfferingMathLib} from "./OfferingMathLib.sol";
import {ClassCount, Entitlement, Offering, OfferingPhase, Tier} from "./OfferingTypes.sol";

/// @dev What a wallet has in an offering.
/// @param shares subscribed and not allotted or given back; of a divided reservation its part once `isCut`
/// @param place where it stands among the offering's buyers
/// @param classCaps one bit per class cap in which it is counted
/// @param paid base units in escrow: for `shares`, and for what was reserved and not got
/// @param investor who it is counted for
struct Entry {
    uint64 shares;
    uint32 place;
    uint8 classCaps;
    bool isCut;
    uint128 paid;
    InvestorId investor;
    address referrer;
}

/// @title What the desk keeps, and who may read it
abstract contract OfferingBooks is IOfferingDesk, AccessManaged, ReentrancyGuardTransient {
    using OfferingMathLib for Tier[];

    IShareToken public immutable shares;
    ICustodyDesk public immutable custody;

    /// @inheritdoc IOfferingDesk
    uint256 public offeringCount;

    mapping(uint256 offeringId => Offering) internal _offerings;
    mapping(uint256 offeringId => Tier[]) internal _tiers;
    mapping(uint256 offeringId => ClassCount[]) internal _classCounts;
    mapping(uint256 offeringId => mapping(address buyer => Entry)) internal _entries;
    /// By place; zero where somebody has cancelled.
    mapping(uint256 offeringId => address[]) internal _buyers;
    mapping(uint256 offeringId => mapping(InvestorId => uint256)) internal _subscribed;
    /// Retained shares of offerings that succeeded, not issued yet: later offerings leave room for them.
    mapping(uint256 id => uint256) internal _retainedDue;

    constructor(IShareToken shares_, ICustodyDesk custody_) {
        shares = shares_;
        custody = custody_;
    }

    /// @inheritdoc IOfferingDesk
    function offeringOf(uint256 offeringId) external view returns (Offering memory) {
        return _existing(offeringId);
    }

    /// @inheritdoc IOfferingDesk
    function tiersOf(uint256 offeringId) external view returns (Tier[] memory) {
        return _tiers[offeringId];
    }

    /// @inheritdoc IOfferingDesk
    function classCountsOf(uint256 offeringId) external view returns (ClassCount[] memory) {
        return _classCounts[offeringId];
    }

    /// @inheritdoc IOfferingDesk
    function entitlementOf(uint256 offeringId, address buyer) external view returns (uint64) {
        return _entitled(_offerings[offeringId], _entries[offeringId][buyer]);
    }

    /// @inheritdoc IOfferingDesk
    function entitlementsOf(
        uint256 offeringId,
        address[] calldata buyers
    ) external view returns (Entitlement[] memory entitlements) {
        Offering storage offering = _existing(offeringId);
        entitlements = new Entitlement[](buyers.length);
        for (uint256 i = 0; i < buyers.length; ++i) {
            Entry storage entry = _entries[offeringId][buyers[i]];
            uint64 entitled = _entitled(offering, entry);
            uint256 excess = entry.paid - _costIn(offeringId, offering, entry, entitled);
            entitlements[i] = Entitlement(entitled, entry.paid, excess, entry.place, entry.referrer);
        }
    }

    /// @inheritdoc IOfferingDesk
    function buyerCount(uint256 offeringId) external view returns (uint256) {
        return _buyers[offeringId].length;
    }

    /// @inheritdoc IOfferingDesk
    function buyersPage(
        uint256 offeringId,
        uint256 first,
        uint256 count
    ) external view returns (address[] memory buyers) {
        address[] storage all = _buyers[offeringId];
        uint256 length = first < all.length ? all.length - first : 0;
        buyers = new address[](count < length ? count : length);
        for (uint256 i = 0; i < buyers.length; ++i) buyers[i] = all[first + i];
    }

    /// @inheritdoc IOfferingDesk
    function costOf(uint256 offeringId, uint64 shares_) external view returns (uint256) {
        return _tiers[offeringId].costOf(_existing(offeringId).sold, shares_);
    }

    /// @inheritdoc IOfferingDesk
    function subscribedBy(uint256 offeringId, InvestorId investor) external view returns (uint256) {
        return _subscribed[offeringId][investor];
    }

    /// @inheritdoc IOfferingDesk
    function escrowOf(uint256 offeringId) external view returns (uint256) {
        return _existing(offeringId).escrow;
    }

    /// What a wallet is entitled to: what it subscribed, or its part once a reservation is divided.
    function _entitled(Offering storage offering, Entry storage entry) internal view returns (uint64) {
        (uint64 subscribed, uint64 reserved) = (entry.shares, offering.reserved);
        bool isWhole = reserved == 0 || subscribed == 0 || entry.isCut || offering.phase != OfferingPhase.Succeeded;
        if (isWhole) return subscribed;

        return
            OfferingMathLib.partOf(
                subscribed,
                entry.place,
                offering.terms.hardCap,
                reserved,
                offering.threshold,
                offering.cutoff
            );
    }

    /// What of an entry's money is for the shares it is entitled to: all of it, unless a reservation was divided.
    function _costIn(
        uint256 offeringId,
        Offering storage offering,
        Entry storage entry,
        uint64 entitled
    ) internal view returns (uint256) {
        bool isDivided = offering.reserved != 0 && offering.phase == OfferingPhase.Succeeded;
        return isDivided ? _tiers[offeringId].costOf(0, entitled) : entry.paid;
    }

    /// Why the register would refuse to issue, or 0.
    function _issueCode(uint256 id, address buyer, uint64 value) internal view returns (uint8) {
        return ITransferRules(shares.rules()).detectTransferRestriction(address(0), buyer, id, value);
    }

    function _requireBacked(uint256 id) internal view {
        require(custody.isBacked(id), OfferingDeskNotBacked(id));
    }

    function _inPhase(uint256 offeringId, OfferingPhase phase) internal view returns (Offering storage offering) {
        offering = _existing(offeringId);
        require(offering.phase == phase, OfferingDeskWrongPhase(offeringId, offering.phase));
    }

    function _existing(uint256 offeringId) internal view returns (Offering storage offering) {
        offering = _offerings[offeringId];
        require(offering.phase != OfferingPhase.None, OfferingDeskUnknownOffering(offeringId));
    }
}
