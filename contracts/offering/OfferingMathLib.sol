// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LockUp, Offering, OfferingTerms, Tier} from "./OfferingTypes.sol";

/// @title The sums of an offering: prices, parts, fees, what a lock-up still holds
/// @notice Nothing here rounds in anybody's favour but by a rule that the terms name.
library OfferingMathLib {
    uint256 private constant WHOLE_BPS = 10_000;

    /// @notice What `shares` shares cost when `sold` are sold already. Prices are whole base units per share: no rounding.
    /// @dev Of a reservation more may be sold than its one tier has.
    function costOf(Tier[] storage tiers, uint64 sold, uint64 shares) internal view returns (uint256 cost) {
        uint256 count = tiers.length;
        if (count == 1) return uint256(tiers[0].price) * shares;

        uint256 from = sold;
        uint256 end = from + shares;
        for (uint256 i = 0; i < count && from < end; ++i) {
            Tier memory tier = tiers[i];
            if (tier.upTo <= from) continue;
            uint256 to = tier.upTo < end ? tier.upTo : end;
            cost += (to - from) * tier.price;
            from = to;
        }
    }

    /// @notice What a reservation of `shares` gets when `reserved` are divided into `hardCap` (see `IOfferingAllotment.prorate`).
    function partOf(
        uint256 shares,
        uint256 place,
        uint256 hardCap,
        uint256 reserved,
        uint256 threshold,
        uint256 cutoff
    ) internal pure returns (uint64) {
        uint256 product = shares * hardCap; // 64 bits each
        uint256 remainder = product % reserved;
        bool hasMore = remainder > threshold || (remainder == threshold && place < cutoff);
        return uint64(product / reserved + (hasMore ? 1 : 0)); // at most `shares`, because hardCap < reserved
    }

    /// @notice The fee recipient's part of `proceeds`, rounded down. The sum over any partial withdrawals is this number.
    function feeDown(OfferingTerms storage terms, uint256 proceeds) internal view returns (uint256) {
        return (proceeds * terms.feeBps) / WHOLE_BPS;
    }

    /// @notice The referrer's part of what one buyer paid: rounded down, and at most what the fee leaves of it.
    function commissionDown(Offering storage offering, uint256 cost) internal view returns (uint256) {
        uint256 proceeds = offering.proceeds;
        uint256 fee = feeDown(offering.terms, proceeds + cost) - feeDown(offering.terms, proceeds);
        uint256 commission = (cost * offering.terms.commissionBps) / WHOLE_BPS;
        return commission < cost - fee ? commission : cost - fee;
    }

    /// @notice How many of `shares` may not move yet, rounded up.
    function heldUp(LockUp memory lockUp, uint64 shares) internal view returns (uint64) {
        if (block.timestamp >= lockUp.until) return 0;
        if (block.timestamp < lockUp.cliff) return shares;

        // Below `until`, so that the quotient is below `shares`.
        uint256 free = (uint256(shares) * (block.timestamp - lockUp.from)) / (lockUp.until - lockUp.from);
        return uint64(shares - free);
    }
}
