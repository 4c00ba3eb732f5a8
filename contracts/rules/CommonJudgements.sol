// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";

/// @title What the five most common rules say, each in one function
/// @notice Each is the heart of a rule that can be deployed by itself, and of CommonRules, which has all five in one contract.
/// Parameters stand in `parameters` from byte `at_` on.
library CommonJudgements {
    uint256 internal constant WHOLE_BPS = 10_000;

    /// @notice Country: 125 bytes, one bit per ISO 3166-1 number from 0 to 999, counted from the first byte's highest bit.
    function isCountryAllowed(bytes calldata parameters, uint256 at_, Party party) internal pure returns (bool) {
        uint256 country = party.country();
        return country < 1000 && (_wordAt(parameters, at_ + (country >> 3)) << (country & 7)) >> 255 != 0;
    }

    /// @notice Class: two bytes, the classes one of which has to be there.
    function isClassAllowed(bytes calldata parameters, uint256 at_, Party party) internal pure returns (bool) {
        return party.classes() & uint16(_wordAt(parameters, at_) >> 240) != 0;
    }

    /// @notice Holder count: four bytes, the most holders; there may be more as long as they do not become more.
    function isCountAllowed(
        bytes calldata parameters,
        uint256 at_,
        uint256 before,
        uint256 afterwards
    ) internal pure returns (bool) {
        return afterwards <= _wordAt(parameters, at_) >> 224 || afterwards <= before;
    }

    /// @notice Balance cap: eight bytes, the most shares, and two bytes, the most of the supply in basis points; zero is no limit.
    /// @param supply zero for an issue: while shares are being issued, there is no whole yet to take a part of
    function isTotalAllowed(
        bytes calldata parameters,
        uint256 at_,
        uint256 totalBefore,
        uint256 totalAfter,
        uint256 supply
    ) internal pure returns (bool) {
        return totalAfter <= totalBefore || totalAfter <= mostOf(parameters, at_, supply);
    }

    /// @notice The most shares that somebody may have by a balance cap who gets more of them.
    function mostOf(bytes calldata parameters, uint256 at_, uint256 supply) internal pure returns (uint256 most) {
        uint256 limits = _wordAt(parameters, at_) >> 176;
        most = limits >> 16;
        if (most == 0) most = type(uint256).max;
        uint256 bps = uint16(limits);
        if (bps == 0 || supply == 0) return most;
        uint256 part = (bps * supply) / WHOLE_BPS; // whole shares: what is above it is above the part, too
        return part < most ? part : most;
    }

    /// @notice Lock-up: what may go is what is not young, so that whoever sells keeps at least what is.
    function isRestAllowed(uint256 totalBefore, uint256 totalAfter, uint256 young) internal pure returns (bool) {
        return totalAfter >= totalBefore || totalAfter >= young;
    }

    /// @dev The word that begins there. Lengths were looked at when the parameters were bound.
    function _wordAt(bytes calldata parameters, uint256 place) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(add(parameters.offset, place))
        }
    }
}
