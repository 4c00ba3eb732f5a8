// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {InvestorFlags} from "./InvestorFlags.sol";

/// @notice What the register and its rules need to know of who is behind a wallet, in one word. Zero is nobody.
/// From the low end: number of the investor (32 bits), country (16), classes (16), flags (16), verifiedUntil (48).
type Party is uint256;

using PartyLib for Party global;

/// @title Reading and making a `Party`
library PartyLib {
    uint256 internal constant PROTOCOL_FLAG = uint256(InvestorFlags.PROTOCOL) << 64;

    /// @notice Packs its parts; each fits by its type.
    function pack(
        uint32 number,
        uint16 country_,
        uint16 classes_,
        uint16 flags_,
        uint48 verifiedUntil_
    ) internal pure returns (Party) {
        return
            Party.wrap(
                uint256(number) |
                    (uint256(country_) << 32) |
                    (uint256(classes_) << 48) |
                    (uint256(flags_) << 64) |
                    (uint256(verifiedUntil_) << 80)
            );
    }

    /// @notice Number of the investor within the registry: 0 nobody, 1 this suite's own addresses, from 2 on people.
    function investor(Party party) internal pure returns (uint32) {
        return uint32(Party.unwrap(party));
    }

    /// @notice ISO 3166-1 numeric; 0 for protocol addresses.
    function country(Party party) internal pure returns (uint16) {
        return uint16(Party.unwrap(party) >> 32);
    }

    /// @notice Bit set: 1 retail, 2 professional, 4 accredited, 8 institutional.
    function classes(Party party) internal pure returns (uint16) {
        return uint16(Party.unwrap(party) >> 48);
    }

    /// @notice Bit set, see InvestorFlags; of the investor and of the wallet together.
    function flags(Party party) internal pure returns (uint16) {
        return uint16(Party.unwrap(party) >> 64);
    }

    /// @notice Last second in which the verification holds.
    function verifiedUntil(Party party) internal pure returns (uint48) {
        return uint48(Party.unwrap(party) >> 80);
    }

    /// @notice Whether nobody is known behind the wallet.
    function isNobody(Party party) internal pure returns (bool) {
        return uint32(Party.unwrap(party)) == 0;
    }

    /// @notice A desk or an escrow of this suite, which rules do not count.
    function isProtocol(Party party) internal pure returns (bool) {
        return Party.unwrap(party) & PROTOCOL_FLAG != 0;
    }

    /// @notice Somebody whom rules count: neither nobody nor an address of this suite.
    function isPerson(Party party) internal pure returns (bool) {
        uint256 word = Party.unwrap(party);
        return uint32(word) != 0 && word & PROTOCOL_FLAG == 0;
    }

    /// @notice Whether both are wallets of one investor; protocol addresses and nobody are never one with anybody.
    function isSameInvestor(Party one, Party other) internal pure returns (bool) {
        return investor(one) == investor(other) && !isNobody(one) && !isProtocol(one);
    }
}
