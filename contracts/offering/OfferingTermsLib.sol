// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IOfferingDesk, OfferingTerms} from "./IOfferingDesk.sol";

/// @title What can be offered at all
library OfferingTermsLib {
    uint256 private constant WHOLE_BPS = 10_000;

    /// @notice Refuses terms that make no sense whatever the asset.
    function requireSensible(OfferingTerms calldata terms) internal view {
        require(
            terms.price != 0 && terms.price <= type(uint128).max && terms.currency.code.length != 0,
            IOfferingDesk.OfferingDeskInvalidPrice(terms.currency, terms.price)
        );
        require(
            terms.softCap != 0 &&
                terms.softCap <= terms.hardCap &&
                terms.minTicket <= terms.hardCap &&
                (terms.maxPerInvestor == 0 || terms.maxPerInvestor >= terms.minTicket),
            IOfferingDesk.OfferingDeskInvalidCaps(terms.softCap, terms.hardCap, terms.minTicket, terms.maxPerInvestor)
        );
        require(
            terms.closesAt > terms.opensAt && terms.closesAt > block.timestamp,
            IOfferingDesk.OfferingDeskInvalidWindow(terms.opensAt, terms.closesAt, block.timestamp)
        );
        require(
            terms.treasury != address(0) &&
                terms.feeBps <= WHOLE_BPS &&
                (terms.feeBps == 0 || terms.feeRecipient != address(0)),
            IOfferingDesk.OfferingDeskInvalidPayees(terms.treasury, terms.feeRecipient, terms.feeBps)
        );
    }

    /// @notice What `shares` shares cost. The price fits 128 bits and shares 64: no overflow, no rounding.
    function costOf(OfferingTerms storage terms, uint64 shares) internal view returns (uint256) {
        return terms.price * shares;
    }

    /// @notice The fee recipient's part of `proceeds`, rounded down. The sum over any partial withdrawals is this number.
    function feeDown(OfferingTerms storage terms, uint256 proceeds) internal view returns (uint256) {
        return (proceeds * terms.feeBps) / WHOLE_BPS;
    }
}
