// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The bits of `Profile.flags`
library InvestorFlags {
    uint16 internal constant SUSPENDED = 1;
    uint16 internal constant LIQUIDATE_ONLY = 2;
    uint16 internal constant OMNIBUS = 4;
    uint16 internal constant PROTOCOL = 8;

    function isSuspended(uint16 flags) internal pure returns (bool) {
        return flags & SUSPENDED != 0;
    }

    function isLiquidateOnly(uint16 flags) internal pure returns (bool) {
        return flags & LIQUIDATE_ONLY != 0;
    }

    function isProtocol(uint16 flags) internal pure returns (bool) {
        return flags & PROTOCOL != 0;
    }
}
