// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";
import {ISettlementSuccession} from "./ISettlementSuccession.sol";
import {CashAccount} from "./CashBook.sol";

/// @title Taking cash over to the desk that follows
/// @dev A library of its own for the size of the desk's code only.
library DeskSuccession {
    using SafeERC20 for IERC20;

    /// @notice Requires that `desk` could follow this one. That it can be trusted the admin says.
    function check(address shares, address desk) external view {
        require(desk != address(this), ISettlementSuccession.SettlementDeskInvalidSuccessor(desk));
        if (desk == address(0)) return;
        require(desk.code.length > 0, ISettlementSuccession.SettlementDeskInvalidSuccessor(desk));
        require(
            address(ISettlementDesk(desk).shares()) == shares,
            ISettlementSuccession.SettlementDeskInvalidSuccessor(desk)
        );
    }

    /// @param unit base units in an engine unit of the currency here; the successor may have another
    function migrate(CashAccount storage entry, address desk, address currency, uint64 unit) external {
        require(desk != address(0), ISettlementSuccession.SettlementDeskNoSuccessor());
        uint256 amount = (uint256(entry.slot.deposited()) + entry.owner.leaving) * unit;
        require(amount > 0, ISettlementDesk.SettlementDeskZeroAmount());

        entry.slot = entry.slot.withDeposited(0);
        entry.owner.leaving = 0;

        emit ISettlementSuccession.CashMigrated(msg.sender, currency, desk, amount);

        uint256 before = IERC20(currency).balanceOf(address(this));
        IERC20(currency).forceApprove(desk, amount);
        ISettlementDesk(desk).depositFor(currency, msg.sender, amount);
        uint256 left = IERC20(currency).balanceOf(address(this));
        require(left + amount == before, ISettlementSuccession.SettlementDeskMigrationFailed(desk, amount));
    }
}
