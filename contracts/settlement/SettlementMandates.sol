// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {AssetSlot} from "./AssetSlotLib.sol";
import {CashAccount} from "./CashBook.sol";
import {CashSlot} from "./CashSlotLib.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";
import {MandateKey, MandateLib} from "./MandateLib.sol";
import {MandateBook} from "./MandateBook.sol";
import {SettlementPrices} from "./SettlementPrices.sol";
import {AssetLeft, Mandate, MandateCash} from "./SettlementTypes.sol";

/// @title The desk's mandates
/// @notice Registers and revokes them. What is left of one is kept under its account and its number among that account's
/// mandates for the currency, which a chunk reads together with the account's cash.
abstract contract SettlementMandates is SettlementPrices, EIP712 {
    /// @notice Assets that one mandate may name.
    uint256 public constant MOST_LIMITS = MandateBook.MOST_LIMITS;

    mapping(address currency => mapping(uint256 asset => mapping(MandateKey => AssetSlot))) internal _limits;

    constructor() EIP712("Moiety SettlementDesk", "1") {}

    /// @inheritdoc ISettlementDesk
    function registerMandate(Mandate calldata mandate, bytes calldata signature) external {
        _requireNotLost(mandate.account);
        MandateBook.register(_cash, _limits, _domainSeparatorV4(), mandate, signature);
    }

    /// @inheritdoc ISettlementDesk
    function revokeMandates(address currency, uint64 upToNonce) external {
        CashAccount storage entry = _cash.accounts[currency][msg.sender];
        uint64 last = entry.owner.nonce;
        require(upToNonce >= last, SettlementDeskNonceTooLow(msg.sender, currency, upToNonce, last));

        // The number stays: it is never given again, and with it go the limits.
        entry.slot = entry.slot.withMandate(0, 0, 0, entry.slot.mandate());
        (entry.owner.nonce, entry.owner.lossAllowance) = (upToNonce, 0);
        entry.mandateId = bytes32(0);

        emit MandatesRevoked(msg.sender, currency, upToNonce);
    }

    /// @inheritdoc ISettlementDesk
    function hashMandate(Mandate calldata mandate) external view returns (bytes32) {
        return MandateBook.digest(_domainSeparatorV4(), mandate);
    }

    /// @inheritdoc ISettlementDesk
    function liveMandate(address account, address currency) external view returns (bytes32) {
        return _cash.accounts[currency][account].mandateId;
    }

    /// @inheritdoc ISettlementDesk
    function mandateCash(address account, address currency) external view returns (MandateCash memory) {
        CashSlot slot = _cash.accounts[currency][account].slot;
        uint64 lossAllowance = _cash.accounts[currency][account].owner.lossAllowance;

        // Fees are used up first: the loss allowance is whole as long as anything more than it is left.
        uint64 left = slot.shortfallLeft();
        uint64 lossLeft = left < lossAllowance ? left : lossAllowance;
        return MandateCash(slot.cashOutLeft(), lossLeft, left - lossLeft, slot.expiry());
    }

    /// @inheritdoc ISettlementDesk
    function mandateLimit(address account, address currency, uint256 asset) external view returns (AssetLeft memory) {
        CashSlot slot = _cash.accounts[currency][account].slot;
        if (slot.expiry() == 0) return AssetLeft(0, 0, 0, 0);

        AssetSlot left = _limits[currency][asset][MandateLib.keyOf(account, slot.mandate())];
        (uint8 code, uint64 low, uint64 high) = _unitBand(asset, currency);
        if (code != 0) return AssetLeft(0, 0, 0, 0);
        (uint64 buy, uint64 sell) = (left.maxBuyPrice(), left.minSellPrice());
        return AssetLeft(left.inLeft(), left.outLeft(), buy < high ? buy : high, sell > low ? sell : low);
    }

    /// @inheritdoc ISettlementDesk
    function mandateNonce(address account, address currency) external view returns (uint64) {
        return _cash.accounts[currency][account].owner.nonce;
    }
}
