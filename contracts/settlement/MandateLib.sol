// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISettlementDesk} from "./ISettlementDesk.sol";
import {AssetLeft, CashSlot, MandateKey} from "./SettlementTypes.sol";

/// @title What a chunk takes from a mandate
/// @notice Consumption only grows. Everything here is in engine units and reverts when the mandate does not reach.
library MandateLib {
    /// @notice The key of an account's mandate number `number`.
    function keyOf(address account, uint24 number) internal pure returns (MandateKey) {
        return MandateKey.wrap((uint256(uint160(account)) << 24) | number);
    }

    /// @notice Takes a net share delta from what is left in its asset.
    /// @return required what the account's net cash has to be at least, by this delta alone: positive for shares out
    function takeShares(
        AssetLeft storage left,
        address account,
        uint256 asset,
        int256 delta
    ) internal returns (int256 required) {
        if (delta > 0) {
            uint64 inLeft = left.inLeft;
            require(
                uint256(delta) <= inLeft,
                ISettlementDesk.SettlementDeskTooManySharesIn(account, asset, uint256(delta), inLeft)
            );

            left.inLeft = inLeft - uint64(uint256(delta));
            return -delta * int256(uint256(left.maxBuyPrice));
        }

        uint64 outLeft = left.outLeft;
        require(
            uint256(-delta) <= outLeft,
            ISettlementDesk.SettlementDeskTooManySharesOut(account, asset, uint256(-delta), outLeft)
        );

        left.outLeft = outLeft - uint64(uint256(-delta));
        return -delta * int256(uint256(left.minSellPrice));
    }

    /// @notice Takes net cash from what is left of it: cash out, and the shortfall against `required`.
    /// @dev Fee cap and loss allowance are kept as one number. Fees are used up first, so nothing depends on which is which.
    function takeCash(CashSlot memory slot, address account, int256 cash, int256 required) internal pure {
        if (cash < 0) {
            uint256 out = uint256(-cash);
            require(
                out <= slot.cashOutLeft,
                ISettlementDesk.SettlementDeskTooMuchCashOut(account, out, slot.cashOutLeft)
            );
            slot.cashOutLeft -= uint64(out);
        }

        if (cash < required) {
            uint256 shortfall = uint256(required - cash);
            require(
                shortfall <= slot.shortfallLeft,
                ISettlementDesk.SettlementDeskShortOfPrices(account, shortfall, slot.shortfallLeft)
            );
            slot.shortfallLeft -= uint64(shortfall);
        }
    }
}
