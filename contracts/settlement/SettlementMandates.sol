// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {AssetSlot, AssetSlotLib} from "./AssetSlotLib.sol";
import {CashSlot} from "./CashSlotLib.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";
import {MandateKey, MandateLib} from "./MandateLib.sol";
import {CashAccount, OwnerSlot} from "./SettlementCash.sol";
import {SettlementHashLib} from "./SettlementHashLib.sol";
import {SettlementPrices} from "./SettlementPrices.sol";
import {AssetLeft, AssetLimit, Mandate, MandateCash} from "./SettlementTypes.sol";

/// @title The desk's mandates
/// @notice Registers and revokes them. What is left of one is kept under its account and its number among that account's
/// mandates for the currency, which a chunk reads together with the account's cash.
abstract contract SettlementMandates is SettlementPrices, EIP712 {
    using SettlementHashLib for Mandate;

    /// @notice Assets that one mandate may name.
    uint256 public constant MOST_LIMITS = 64;

    mapping(address currency => mapping(uint256 asset => mapping(MandateKey => AssetSlot))) internal _limits;

    constructor() EIP712("Moiety SettlementDesk", "1") {}

    /// @inheritdoc ISettlementDesk
    function registerMandate(Mandate calldata mandate, bytes calldata signature) external {
        _requireNotLost(mandate.account);
        bytes32 id = hashMandate(mandate);
        CashAccount storage entry = _accounts[mandate.currency][mandate.account];
        _checkMandate(mandate, entry.owner.nonce);
        _checkSignature(mandate.account, id, signature);

        MandateKey key = _replaceMandate(entry, mandate, id);
        _writeLimits(mandate, key);

        emit MandateRegistered(mandate.account, mandate.currency, id, mandate.nonce, mandate.expiry);
    }

    /// @inheritdoc ISettlementDesk
    function revokeMandates(address currency, uint64 upToNonce) external {
        CashAccount storage entry = _accounts[currency][msg.sender];
        uint64 last = entry.owner.nonce;
        require(upToNonce >= last, SettlementDeskNonceTooLow(msg.sender, currency, upToNonce, last));

        // The number stays: it is never given again, and with it go the limits.
        entry.slot = entry.slot.withMandate(0, 0, 0, entry.slot.mandate());
        (entry.owner.nonce, entry.owner.lossAllowance) = (upToNonce, 0);
        entry.mandateId = bytes32(0);

        emit MandatesRevoked(msg.sender, currency, upToNonce);
    }

    /// @inheritdoc ISettlementDesk
    function hashMandate(Mandate calldata mandate) public view returns (bytes32) {
        return _hashTypedDataV4(mandate.structHash());
    }

    /// @inheritdoc ISettlementDesk
    function liveMandate(address account, address currency) external view returns (bytes32) {
        return _accounts[currency][account].mandateId;
    }

    /// @inheritdoc ISettlementDesk
    function mandateCash(address account, address currency) external view returns (MandateCash memory) {
        CashSlot slot = _accounts[currency][account].slot;
        uint64 lossAllowance = _accounts[currency][account].owner.lossAllowance;

        // Fees are used up first: the loss allowance is whole as long as anything more than it is left.
        uint64 left = slot.shortfallLeft();
        uint64 lossLeft = left < lossAllowance ? left : lossAllowance;
        return MandateCash(slot.cashOutLeft(), lossLeft, left - lossLeft, slot.expiry());
    }

    /// @inheritdoc ISettlementDesk
    function mandateLimit(address account, address currency, uint256 asset) external view returns (AssetLeft memory) {
        CashSlot slot = _accounts[currency][account].slot;
        if (slot.expiry() == 0) return AssetLeft(0, 0, 0, 0);

        AssetSlot left = _limits[currency][asset][MandateLib.keyOf(account, slot.mandate())];
        (uint8 code, uint64 low, uint64 high) = _unitBand(asset, currency);
        if (code != 0) return AssetLeft(0, 0, 0, 0);
        (uint64 buy, uint64 sell) = (left.maxBuyPrice(), left.minSellPrice());
        return AssetLeft(left.inLeft(), left.outLeft(), buy < high ? buy : high, sell > low ? sell : low);
    }

    /// @inheritdoc ISettlementDesk
    function mandateNonce(address account, address currency) external view returns (uint64) {
        return _accounts[currency][account].owner.nonce;
    }

    function _checkSignature(address signer, bytes32 digest, bytes calldata signature) internal view {
        require(
            SignatureChecker.isValidSignatureNowCalldata(signer, digest, signature),
            SettlementDeskSignatureInvalid(signer, digest)
        );
    }

    /// @dev Expiry 0 marks that no mandate is live; it is always in the past.
    function _checkMandate(Mandate calldata mandate, uint64 last) private view {
        require(
            mandate.expiry >= block.timestamp && mandate.expiry <= type(uint40).max,
            SettlementDeskExpired(mandate.account, mandate.expiry)
        );
        require(
            mandate.nonce > last,
            SettlementDeskNonceTooLow(mandate.account, mandate.currency, mandate.nonce, last)
        );
        require(mandate.limits.length <= MOST_LIMITS, SettlementDeskTooManyLimits(mandate.limits.length, MOST_LIMITS));
    }

    function _replaceMandate(
        CashAccount storage entry,
        Mandate calldata mandate,
        bytes32 id
    ) private returns (MandateKey) {
        uint64 cashOut = _toUnits(mandate.currency, mandate.maxCashOut);
        uint64 loss = _toUnits(mandate.currency, mandate.lossAllowance);
        uint64 fees = _toUnits(mandate.currency, mandate.feeCap);
        uint24 number = entry.slot.mandate() + 1;

        entry.slot = entry.slot.withMandate(cashOut, _fit(uint256(loss) + fees), uint40(mandate.expiry), number);
        OwnerSlot storage owner = entry.owner;
        (owner.nonce, owner.lossAllowance) = (mandate.nonce, loss);
        entry.mandateId = id;

        return MandateLib.keyOf(mandate.account, number);
    }

    function _writeLimits(Mandate calldata mandate, MandateKey key) private {
        for (uint256 i = 0; i < mandate.limits.length; ++i) {
            AssetLimit calldata limit = mandate.limits[i];
            require(i == 0 || mandate.limits[i - 1].asset < limit.asset, SettlementDeskLimitsOutOfOrder(i));

            _limits[mandate.currency][limit.asset][key] = AssetSlotLib.pack(
                limit.maxIn,
                limit.maxOut,
                _toUnits(mandate.currency, limit.maxBuyPrice),
                _toUnits(mandate.currency, limit.minSellPrice)
            );
        }
    }
}
