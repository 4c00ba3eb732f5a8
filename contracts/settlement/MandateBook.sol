// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetSlot, AssetSlotLib} from "./AssetSlotLib.sol";
import {CashAccount, CashBook, CashBookLib, OwnerSlot} from "./CashBook.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";
import {MandateKey, MandateLib} from "./MandateLib.sol";
import {SettlementHashLib} from "./SettlementHashLib.sol";
import {AssetLimit, Mandate} from "./SettlementTypes.sol";
import {SignatureLib} from "./SignatureLib.sol";
import {UnitLib} from "./UnitLib.sol";

/// @title How a mandate comes into force
/// @dev A library of its own for the size of the desk's code only.
library MandateBook {
    using CashBookLib for CashBook;
    using SettlementHashLib for Mandate;

    /// @notice Assets that one mandate may name.
    uint256 internal constant MOST_LIMITS = 64;

    /// @notice The mandate's id: what its account signs.
    function digest(bytes32 domain, Mandate calldata mandate) public pure returns (bytes32) {
        return SignatureLib.digest(domain, mandate.structHash());
    }

    function register(
        CashBook storage cash,
        mapping(address currency => mapping(uint256 asset => mapping(MandateKey => AssetSlot))) storage limits,
        bytes32 domain,
        Mandate calldata mandate,
        bytes calldata signature
    ) external {
        bytes32 id = digest(domain, mandate);
        CashAccount storage entry = cash.accounts[mandate.currency][mandate.account];
        _check(mandate, entry.owner.nonce);
        SignatureLib.check(mandate.account, id, signature);

        MandateKey key = _replace(cash, entry, mandate, id);
        _writeLimits(cash, limits[mandate.currency], mandate, key);

        emit ISettlementDesk.MandateRegistered(mandate.account, mandate.currency, id, mandate.nonce, mandate.expiry);
    }

    /// @dev Expiry 0 marks that no mandate is live; it is always in the past.
    function _check(Mandate calldata mandate, uint64 last) private view {
        require(
            mandate.expiry >= block.timestamp && mandate.expiry <= type(uint40).max,
            ISettlementDesk.SettlementDeskExpired(mandate.account, mandate.expiry)
        );
        require(
            mandate.nonce > last,
            ISettlementDesk.SettlementDeskNonceTooLow(mandate.account, mandate.currency, mandate.nonce, last)
        );
        require(
            mandate.limits.length <= MOST_LIMITS,
            ISettlementDesk.SettlementDeskTooManyLimits(mandate.limits.length, MOST_LIMITS)
        );
    }

    function _replace(
        CashBook storage cash,
        CashAccount storage entry,
        Mandate calldata mandate,
        bytes32 id
    ) private returns (MandateKey) {
        uint64 cashOut = cash.toUnits(mandate.currency, mandate.maxCashOut);
        uint64 loss = cash.toUnits(mandate.currency, mandate.lossAllowance);
        uint64 shortfall = UnitLib.fit(uint256(loss) + cash.toUnits(mandate.currency, mandate.feeCap));
        uint24 number = entry.slot.mandate() + 1;

        entry.slot = entry.slot.withMandate(cashOut, shortfall, uint40(mandate.expiry), number);
        OwnerSlot storage owner = entry.owner;
        (owner.nonce, owner.lossAllowance) = (mandate.nonce, loss);
        entry.mandateId = id;

        return MandateLib.keyOf(mandate.account, number);
    }

    function _writeLimits(
        CashBook storage cash,
        mapping(uint256 asset => mapping(MandateKey => AssetSlot)) storage limits,
        Mandate calldata mandate,
        MandateKey key
    ) private {
        for (uint256 i = 0; i < mandate.limits.length; ++i) {
            AssetLimit calldata limit = mandate.limits[i];
            require(
                i == 0 || mandate.limits[i - 1].asset < limit.asset,
                ISettlementDesk.SettlementDeskLimitsOutOfOrder(i)
            );

            limits[limit.asset][key] = AssetSlotLib.pack(
                limit.maxIn,
                limit.maxOut,
                cash.toUnits(mandate.currency, limit.maxBuyPrice),
                cash.toUnits(mandate.currency, limit.minSellPrice)
            );
        }
    }
}
