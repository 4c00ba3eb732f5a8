// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CashSlot} from "./CashSlotLib.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";
import {UnitLib} from "./UnitLib.sol";

/// @notice What only the account itself changes, or has changed by its signature; engine units.
/// @param nonce the highest that was registered or revoked
/// @param lossAllowance of the live mandate, to tell what is left of it from what is left of the fee cap
struct OwnerSlot {
    uint64 leaving;
    uint48 unlocksAt;
    uint64 nonce;
    uint64 lossAllowance;
}

/// @notice An account's cash in one currency and the mandate that rules it.
struct CashAccount {
    CashSlot slot;
    OwnerSlot owner;
    bytes32 mandateId;
}

/// @notice All cash at the desk.
/// @param engineUnits base units in one engine unit; 0 for a currency that the desk does not take
struct CashBook {
    mapping(address currency => uint64) engineUnits;
    mapping(address currency => mapping(address account => CashAccount)) accounts;
}

/// @title Debit and credit of the desk's cash
library CashBookLib {
    /// @notice Base units to engine units, exactly.
    function toUnits(CashBook storage self, address currency, uint256 amount) internal view returns (uint64) {
        return UnitLib.toUnits(amount, currency, self.engineUnits[currency]);
    }

    /// @notice Moves net cash, engine units, into an account (positive) or out of it.
    function move(CashBook storage self, address currency, address account, int256 cash) internal {
        CashAccount storage entry = self.accounts[currency][account];
        entry.slot = book(entry.slot, entry.owner, account, currency, cash);
    }

    /// @notice Books net cash and returns the word, which the caller writes. What deposits lack is taken from cash on leave, until it unlocks.
    function book(
        CashSlot slot,
        OwnerSlot storage owner,
        address account,
        address currency,
        int256 cash
    ) internal returns (CashSlot) {
        uint64 deposited = slot.deposited();
        if (cash >= 0) return slot.withDeposited(UnitLib.fit(deposited + uint256(cash)));

        uint256 due = uint256(-cash);
        if (due <= deposited) return slot.withDeposited(deposited - uint64(due));

        uint256 missing = due - deposited;
        uint256 cover = block.timestamp < owner.unlocksAt ? owner.leaving : 0;
        if (missing > cover) {
            revert ISettlementDesk.SettlementDeskCashTooSmall(account, currency, missing - cover);
        }
        owner.leaving -= uint64(missing);
        return slot.withDeposited(0);
    }
}
