// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {InvestorId} from "../investors/IInvestorRegistry.sol";
import {ITransferRules} from "../rules/ITransferRules.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {IOfferingAllotment} from "./IOfferingAllotment.sol";
import {IOfferingDesk} from "./IOfferingDesk.sol";
import {OfferingMathLib} from "./OfferingMathLib.sol";
import {ClassCount, Offering, OfferingPhase, Tier} from "./OfferingTypes.sol";

/// @dev What a wallet has in an offering.
/// @param shares subscribed and not allotted or given back; of a divided reservation its part once `isCut`
/// @param place where it stands among the offering's buyers
/// @param classCaps one bit per class cap in which it is counted
/// @param paid base units in escrow: for `shares`, and for what was reserved and not got
/// @param investor whom it is counted for
struct Entry {
    uint64 shares;
    uint32 place;
    uint8 classCaps;
    bool isCut;
    uint128 paid;
    InvestorId investor;
    address referrer;
}

/// @dev How far a proposal to divide has been gone through.
struct Division {
    uint64 divided;
    uint64 next;
}

/// @dev All of it by offering, but for the last two.
/// @param buyers by place; zero where somebody has cancelled
/// @param latestOf the newest offering of an asset
/// @param retainedDue retained shares of offerings that succeeded, not issued yet: later offerings leave room for them; by asset
struct OfferingStorage {
    mapping(uint256 offeringId => Offering) offerings;
    mapping(uint256 offeringId => Tier[]) tiers;
    mapping(uint256 offeringId => ClassCount[]) classCounts;
    mapping(uint256 offeringId => mapping(address buyer => Entry)) entries;
    mapping(uint256 offeringId => address[]) buyers;
    mapping(uint256 offeringId => mapping(InvestorId => uint256)) subscribed;
    mapping(uint256 offeringId => mapping(address referrer => bool)) referrers;
    mapping(uint256 offeringId => mapping(uint64 threshold => mapping(uint32 cutoff => Division))) divisions;
    mapping(uint256 id => uint256 offeringId) latestOf;
    mapping(uint256 id => uint256) retainedDue;
}

/// @title What the desk keeps
/// @notice One place for the desk and for the libraries that act for it.
library OfferingState {
    using OfferingMathLib for Tier[];

    function existing(
        OfferingStorage storage books,
        uint256 offeringId
    ) internal view returns (Offering storage offering) {
        offering = books.offerings[offeringId];
        require(offering.phase != OfferingPhase.None, IOfferingDesk.OfferingDeskUnknownOffering(offeringId));
    }

    function inPhase(
        OfferingStorage storage books,
        uint256 offeringId,
        OfferingPhase phase
    ) internal view returns (Offering storage offering) {
        offering = existing(books, offeringId);
        require(offering.phase == phase, IOfferingAllotment.OfferingDeskWrongPhase(offeringId, offering.phase));
    }

    /// @notice What a wallet is entitled to: what it subscribed, or its part once a reservation is divided.
    function entitled(Offering storage offering, Entry storage entry) internal view returns (uint64) {
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

    /// @notice What of an entry's money is for the shares it is entitled to: all of it, unless a reservation was divided.
    function costIn(
        OfferingStorage storage books,
        uint256 offeringId,
        Entry storage entry,
        uint64 shares
    ) internal view returns (uint256) {
        Offering storage offering = books.offerings[offeringId];
        bool isDivided = offering.reserved != 0 && offering.phase == OfferingPhase.Succeeded;
        return isDivided ? books.tiers[offeringId].costOf(0, shares) : entry.paid;
    }

    /// @notice Why the register would refuse to issue, or 0.
    function issueCode(IShareToken shares, uint256 id, address buyer, uint64 value) internal view returns (uint8) {
        return ITransferRules(shares.rules()).detectTransferRestriction(address(0), buyer, id, value);
    }
}
