// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Why a price may not be used: the table in docs/formats.md, section 9
library PriceReasons {
    uint8 internal constant USABLE = 0;
    uint8 internal constant NO_TERMS = 1;
    uint8 internal constant NO_QUORUM = 2;
    uint8 internal constant PUBLICATION_STALE = 3;
    uint8 internal constant VALUATION_STALE = 4;
    uint8 internal constant NOT_POSITIVE = 5;
    uint8 internal constant PROVIDERS_DISAGREE = 6;
    uint8 internal constant JUMP_UNCONFIRMED = 7;
    uint8 internal constant NO_SHARE_PRICE = 8;
    uint8 internal constant CURRENCY_UNKNOWN = 9;

    /// @notice What is wrong, and what can be done about it.
    function textOf(uint8 code) internal pure returns (string memory) {
        if (code == USABLE) return "The price can be used.";
        if (code == NO_TERMS) return "Nobody has said how this asset is priced; compliance sets its price terms.";
        if (code == NO_QUORUM) {
            return "Too few providers have valued the asset at the same instant; ask them to publish.";
        }
        if (code == PUBLICATION_STALE) return "The value was published too long ago; ask the providers to publish.";
        if (code == VALUATION_STALE) return "The value speaks of too long ago; ask the providers to value again.";
        if (code == NOT_POSITIVE) return "The value is zero or negative, and nothing is traded at that.";
        if (code == PROVIDERS_DISAGREE) {
            return "The providers' values are too far apart; ask them to correct, or compliance to invalidate one.";
        }
        if (code == JUMP_UNCONFIRMED) {
            return "The value has jumped further than it may unseen; compliance confirms or invalidates it.";
        }
        if (code == NO_SHARE_PRICE) {
            return "The value cannot be divided among shares: it is per unit of the thing, or no shares are issued.";
        }
        return "This currency does not count as the one in which the asset is valued; compliance accepts it.";
    }
}
