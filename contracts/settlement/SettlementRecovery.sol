// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SuccessionLib} from "../investors/SuccessionLib.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";
import {CashAccount, OwnerSlot} from "./CashBook.sol";
import {SettlementProofs} from "./SettlementProofs.sol";
import {UnitLib} from "./UnitLib.sol";

/// @title What a lost wallet has at the desk (I-12)
/// @notice Its cash goes to the wallet that stands for it; its mandates and orders are void. Wherever shares move, the register
/// refuses a retired wallet.
/// @dev Chunks do not ask the registry about accounts of which only cash moves: that would cost more than the rest of it. Between loss
/// and `recoverCash`, which anybody may call, such an account is still held to the loss and fees of the mandate it signed before.
abstract contract SettlementRecovery is SettlementProofs {
    using SuccessionLib for IShareToken;

    /// @inheritdoc ISettlementDesk
    function recoverCash(address currency, address lost) external nonReentrant {
        address successor = shares.successorOf(lost);
        uint256 unit = _cash.engineUnits[currency];
        require(successor != lost, SettlementDeskNotLost(lost));
        require(unit > 0, SettlementDeskCurrencyUnknown(currency));
        CashAccount storage old = _cash.accounts[currency][lost];
        CashAccount storage next = _cash.accounts[currency][successor];
        uint256 units = uint256(old.slot.deposited()) + old.owner.leaving;

        // On leave or not, all is deposited for the successor, whose own wait for what is on leave stays as it is.
        next.slot = next.slot.withDeposited(UnitLib.fit(next.slot.deposited() + units));
        old.slot = old.slot.withDeposited(0).withMandate(0, 0, 0, old.slot.mandate());
        old.owner = OwnerSlot({leaving: 0, unlocksAt: 0, nonce: type(uint64).max, lossAllowance: 0}); // no nonce is left
        old.mandateId = bytes32(0);

        emit CashRecovered(lost, successor, currency, units * unit);
    }

    function _requireNotLost(address account) internal view override {
        address successor = shares.successorOf(account);
        require(successor == account, SettlementDeskAccountLost(account, successor));
    }
}
