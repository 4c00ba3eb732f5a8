// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CashSlot} from "./CashSlotLib.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";

/// @notice An account and the number of one of its mandates: the key under which consumption is kept.
type MandateKey is uint256;

/// @title What a chunk takes from a mandate
/// @notice Consumption only grows. Everything here is in engine units and reverts when the mandate does not reach.
/// @dev Deltas are read from 64 bits and prices kept in 64, so that nothing here can overflow 256.
library MandateLib {
    /// @notice The key of an account's mandate number `number`.
    function keyOf(address account, uint24 number) internal pure returns (MandateKey) {
        return MandateKey.wrap((uint256(uint160(account)) << 24) | number);
    }

    /// @notice Takes net cash from what is left of it: cash out, and the shortfall against `required`.
    /// @dev Fee cap and loss allowance are kept as one number. Fees are used up first, so nothing depends on which is which.
    function takeCash(
        CashSlot slot,
        address account,
        int256 cash,
        int256 required
    ) internal pure returns (CashSlot left) {
        left = slot;

        if (cash < 0) {
            uint256 out = uint256(-cash);
            uint64 outLeft = slot.cashOutLeft();
            require(out <= outLeft, ISettlementDesk.SettlementDeskTooMuchCashOut(account, out, outLeft));
            left = left.takeCashOut(out);
        }

        if (cash < required) {
            uint256 shortfall = uint256(required - cash);
            uint64 shortfallLeft = slot.shortfallLeft();
            require(
                shortfall <= shortfallLeft,
                ISettlementDesk.SettlementDeskShortOfPrices(account, shortfall, shortfallLeft)
            );
            left = left.takeShortfall(shortfall);
        }
    }
}
