// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title The bits of a party's flags
library InvestorFlags {
    // Of an investor

    /// @dev Neither sends nor receives.
    uint16 internal constant SUSPENDED = 1;
    /// @dev Sends, and receives nothing.
    uint16 internal constant LIQUIDATE_ONLY = 2;
    /// @dev Holds for others.
    uint16 internal constant OMNIBUS = 4;
    /// @dev A desk or an escrow of this suite.
    uint16 internal constant PROTOCOL = 8;

    // Of one wallet

    /// @dev The wallet neither sends nor receives; the investor's other wallets do.
    uint16 internal constant FROZEN = 16;
    /// @dev The wallet was lost and has a successor; it never acts again.
    uint16 internal constant RETIRED = 32;

    /// @dev What a registrar may set of an investor.
    uint16 internal constant SETTABLE = SUSPENDED | LIQUIDATE_ONLY | OMNIBUS;

    uint16 internal constant OF_WALLET = FROZEN | RETIRED;
}
