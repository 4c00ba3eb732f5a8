// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetSlot} from "./AssetSlotLib.sol";
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

    /// @notice Takes a net share delta from what is left in its asset.
    /// @return left what is left then
    /// @return required what the account's net cash has to be at least, by this delta alone: positive for shares out
    function takeShares(
        AssetSlot slot,
        address account,
        uint256 asset,
        int256 delta
    ) internal pure returns (AssetSlot left, int256 required) {
        unchecked {
            if (delta > 0) {
                uint256 value = uint256(delta);
                uint64 inLeft = slot.inLeft();
                if (value > inLeft) revert ISettlementDesk.SettlementDeskTooManySharesIn(account, asset, value, inLeft);
                return (slot.takeIn(value), -delta * int256(uint256(slot.maxBuyPrice())));
            }

            uint256 out = uint256(-delta);
            uint64 outLeft = slot.outLeft();
            if (out > outLeft) revert ISettlementDesk.SettlementDeskTooManySharesOut(account, asset, out, outLeft);
            return (slot.takeOut(out), -delta * int256(uint256(slot.minSellPrice())));
        }
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
