// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IOfferingDesk} from "./IOfferingDesk.sol";
import {ClassCap, LockUp, OfferingTerms, SaleKind, Tier} from "./OfferingTypes.sol";

/// @title What can be offered at all
library OfferingTermsLib {
    uint256 private constant WHOLE_BPS = 10_000;
    uint256 private constant MOST_TIERS = 16;
    uint256 private constant MOST_CLASS_CAPS = 8;

    /// @notice Refuses terms that make no sense whatever the asset.
    function requireSensible(
        OfferingTerms calldata terms,
        Tier[] calldata tiers,
        ClassCap[] calldata classCaps
    ) internal view {
        _requireCaps(terms);
        _requireTiers(terms, tiers);
        _requireClassCaps(classCaps);
        _requireWindow(terms);
        _requirePayees(terms);
        _requireLockUp(terms.lockUp, terms.closesAt);
    }

    function _requireCaps(OfferingTerms calldata terms) private pure {
        require(
            terms.softCap != 0 &&
                terms.softCap <= terms.hardCap &&
                terms.minTicket <= terms.hardCap &&
                (terms.maxPerInvestor == 0 || terms.maxPerInvestor >= terms.minTicket),
            IOfferingDesk.OfferingDeskInvalidCaps(terms.softCap, terms.hardCap, terms.minTicket, terms.maxPerInvestor)
        );
    }

    /// @dev The dearest price times the hard cap fits 128 bits: whatever a wallet subscribes, its money fits them.
    function _requireTiers(OfferingTerms calldata terms, Tier[] calldata tiers) private pure {
        uint256 most = terms.kind == SaleKind.Reservation ? 1 : MOST_TIERS;
        uint256 count = tiers.length;
        uint64 hardCap = terms.hardCap;
        require(count != 0 && count <= most, IOfferingDesk.OfferingDeskInvalidTiers(most, count, hardCap));

        Tier memory last;
        for (uint256 i = 0; i < count; ++i) {
            Tier calldata tier = tiers[i];
            require(
                tier.upTo > last.upTo &&
                    tier.price > last.price &&
                    (tier.upTo == hardCap) == (i == count - 1) &&
                    uint256(tier.price) * hardCap <= type(uint128).max,
                IOfferingDesk.OfferingDeskInvalidTiers(i, count, hardCap)
            );
            last = tier;
        }
    }

    function _requireClassCaps(ClassCap[] calldata caps) private pure {
        uint256 count = caps.length;
        require(count <= MOST_CLASS_CAPS, IOfferingDesk.OfferingDeskInvalidClassCaps(MOST_CLASS_CAPS, count));
        for (uint256 i = 0; i < count; ++i) {
            require(caps[i].classes != 0 && caps[i].most != 0, IOfferingDesk.OfferingDeskInvalidClassCaps(i, count));
        }
    }

    function _requireWindow(OfferingTerms calldata terms) private view {
        require(
            terms.closesAt > terms.opensAt && terms.closesAt > block.timestamp && terms.cancelUntil <= terms.closesAt,
            IOfferingDesk.OfferingDeskInvalidWindow(terms.opensAt, terms.closesAt, terms.cancelUntil, block.timestamp)
        );
    }

    function _requirePayees(OfferingTerms calldata terms) private pure {
        uint256 bps = uint256(terms.feeBps) + terms.commissionBps;
        require(
            terms.treasury != address(0) &&
                bps <= WHOLE_BPS &&
                (terms.feeBps == 0 || terms.feeRecipient != address(0)) &&
                (terms.retained == 0 || terms.retainedBy != address(0)),
            IOfferingDesk.OfferingDeskInvalidPayees(terms.treasury, terms.feeRecipient, bps, terms.retainedBy)
        );
    }

    function _requireLockUp(LockUp calldata lockUp, uint48 closesAt) private pure {
        bool isNone = lockUp.from == 0 && lockUp.cliff == 0 && lockUp.until == 0;
        bool isOrdered = lockUp.from <= lockUp.cliff && lockUp.cliff <= lockUp.until && lockUp.from < lockUp.until;
        require(
            isNone || (isOrdered && lockUp.until > closesAt),
            IOfferingDesk.OfferingDeskInvalidLockUp(lockUp, closesAt)
        );
    }
}
