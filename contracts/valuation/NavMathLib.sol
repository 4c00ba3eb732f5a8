// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";

/// @title Values with decimals and signs
library NavMathLib {
    uint256 internal constant WHOLE_BPS = 10_000;
    uint8 internal constant MOST_DECIMALS = 18;

    /// @notice Whether a value can be carried to 18 decimals, and has an opposite.
    function fits(int256 nav, uint8 decimals) internal pure returns (bool) {
        if (decimals > MOST_DECIMALS || nav == type(int256).min) return false;
        return SignedMath.abs(nav) <= uint256(type(int256).max) / 10 ** (MOST_DECIMALS - decimals);
    }

    /// @notice A value that `fits`, with 18 decimals.
    function to18(int256 nav, uint8 decimals) internal pure returns (int256) {
        return nav * int256(10 ** (MOST_DECIMALS - decimals));
    }

    /// @notice How far apart two values are, in 1/10,000 of `base`, rounded down; the largest number there is if that is not
    /// defined or does not fit. Neither value may be the smallest there is.
    function distanceBps(int256 one, int256 other, int256 base) internal pure returns (uint256) {
        if (one == other) return 0;
        // The difference of two numbers of 256 bits with sign fits 256 bits without, and wrapping finds it.
        uint256 spread;
        unchecked {
            spread = one > other ? uint256(one) - uint256(other) : uint256(other) - uint256(one);
        }
        (bool fitting, uint256 scaled) = Math.tryMul(spread, WHOLE_BPS);
        if (!fitting || base == 0) return type(uint256).max;
        return scaled / SignedMath.abs(base);
    }

    /// @notice Puts values into ascending order, in place. For a few.
    function sort(int256[] memory values) internal pure {
        for (uint256 i = 1; i < values.length; ++i) {
            int256 value = values[i];
            uint256 place = i;
            for (; place > 0 && values[place - 1] > value; --place) values[place] = values[place - 1];
            values[place] = value;
        }
    }

    /// @notice The narrowest band of whole base units around `nav ÷ shares`: the lower end is rounded up, the upper down.
    /// @param nav above zero, 18 decimals
    function band(
        int256 nav,
        uint256 shares,
        uint256 bandBps,
        uint8 tokenDecimals
    ) internal pure returns (uint256 low, uint256 high) {
        uint256 value = uint256(nav);
        uint256 unit = 10 ** tokenDecimals;
        uint256 divisor = WHOLE_BPS * shares * 10 ** MOST_DECIMALS;
        low = Math.mulDiv(value, (WHOLE_BPS - bandBps) * unit, divisor, Math.Rounding.Ceil);
        high = Math.mulDiv(value, (WHOLE_BPS + bandBps) * unit, divisor);
    }
}
