// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetSlot, AssetSlotLib} from "./AssetSlotLib.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";
import {MandateKey, MandateLib} from "./MandateLib.sol";
import {CashAccount, OwnerSlot} from "./SettlementCash.sol";
import {SettlementHashLib} from "./SettlementHashLib.sol";
import {AssetLimit, Mandate} from "./SettlementTypes.sol";
import {UnitLib} from "./UnitLib.sol";

/// @title Writing a mandate down
/// @notice A library of its own for the size of the desk's code only. Whose signature it is, the desk has seen.
library MandateBook {
    using UnitLib for uint256;

    /// @notice Assets that one mandate may name.
    uint256 internal constant MOST_LIMITS = 64;

    /// @notice EIP-712's hash of the struct, without the domain.
    function structHash(Mandate calldata mandate) external pure returns (bytes32) {
        return SettlementHashLib.structHash(mandate);
    }

    /// @dev Expiry 0 marks that no mandate is live; it is always in the past.
    function check(Mandate calldata mandate, uint64 last) external view {
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

    /// @notice Replaces the mandate of `entry` by `mandate`, whose id is `id`.
    /// @param limits of the mandate's currency
    /// @param unit base units in an engine unit of the currency
    function replace(
        CashAccount storage entry,
        mapping(uint256 asset => mapping(MandateKey => AssetSlot)) storage limits,
        Mandate calldata mandate,
        bytes32 id,
        uint64 unit
    ) external {
        uint24 number = entry.slot.mandate() + 1;
        _writeCash(entry, mandate, number, unit);
        entry.mandateId = id;

        MandateKey key = MandateLib.keyOf(mandate.account, number);
        for (uint256 i = 0; i < mandate.limits.length; ++i) {
            AssetLimit calldata limit = mandate.limits[i];
            require(
                i == 0 || mandate.limits[i - 1].asset < limit.asset,
                ISettlementDesk.SettlementDeskLimitsOutOfOrder(i)
            );

            limits[limit.asset][key] = AssetSlotLib.pack(
                limit.maxIn,
                limit.maxOut,
                uint256(limit.maxBuyPrice).toUnits(mandate.currency, unit),
                uint256(limit.minSellPrice).toUnits(mandate.currency, unit)
            );
        }
    }

    function _writeCash(CashAccount storage entry, Mandate calldata mandate, uint24 number, uint64 unit) private {
        uint64 cashOut = uint256(mandate.maxCashOut).toUnits(mandate.currency, unit);
        uint64 loss = uint256(mandate.lossAllowance).toUnits(mandate.currency, unit);
        uint64 fees = uint256(mandate.feeCap).toUnits(mandate.currency, unit);
        uint64 shortfall = (uint256(loss) + fees).fit();

        entry.slot = entry.slot.withMandate(cashOut, shortfall, uint40(mandate.expiry), number);
        OwnerSlot storage owner = entry.owner;
        (owner.nonce, owner.lossAllowance) = (mandate.nonce, loss);
    }
}
