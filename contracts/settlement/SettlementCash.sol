// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {CashAccount, CashBook, CashBookLib, OwnerSlot} from "./CashBook.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";
import {SettlementPause} from "./SettlementPause.sol";
import {UnitLib} from "./UnitLib.sol";

/// @title The desk's cash
/// @notice Currencies, deposits and the way out. Σ (deposited + leaving) × engine unit never exceeds what the desk holds.
abstract contract SettlementCash is SettlementPause, ReentrancyGuardTransient {
    using CashBookLib for CashBook;
    using SafeERC20 for IERC20;

    /// @notice How long cash on leave still covers chunks that were on their way.
    uint48 public constant WITHDRAWAL_WINDOW = 1 hours;

    CashBook internal _cash;

    /// @inheritdoc ISettlementDesk
    function allowCurrency(address currency, uint64 unit) external restricted {
        require(_cash.engineUnits[currency] == 0, SettlementDeskCurrencySet(currency, _cash.engineUnits[currency]));
        require(currency.code.length > 0 && _isPowerOfTen(unit), SettlementDeskInvalidCurrency(currency, unit));

        _cash.engineUnits[currency] = unit;

        emit CurrencyAllowed(currency, unit);
    }

    /// @inheritdoc ISettlementDesk
    function deposit(address currency, uint256 amount) external nonReentrant {
        _deposit(currency, msg.sender, amount);
    }

    /// @inheritdoc ISettlementDesk
    function depositFor(address currency, address account, uint256 amount) external nonReentrant {
        _deposit(currency, account, amount);
    }

    /// @inheritdoc ISettlementDesk
    function depositWithPermit(
        address currency,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant {
        // Whoever saw the permit may have sent it already; what counts is the allowance that is there afterwards.
        try IERC20Permit(currency).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}

        _deposit(currency, msg.sender, amount);
    }

    /// @inheritdoc ISettlementDesk
    function requestWithdrawal(address currency, uint256 amount) external nonReentrant {
        uint64 units = _cash.toUnits(currency, amount);
        CashAccount storage entry = _cash.accounts[currency][msg.sender];
        uint64 deposited = entry.slot.deposited();
        require(units > 0, SettlementDeskZeroAmount());
        if (units > deposited) revert SettlementDeskCashTooSmall(msg.sender, currency, units - deposited);

        uint48 unlocksAt = uint48(block.timestamp) + WITHDRAWAL_WINDOW;
        entry.slot = entry.slot.withDeposited(deposited - units);
        entry.owner.leaving += units;
        entry.owner.unlocksAt = unlocksAt;

        emit WithdrawalRequested(msg.sender, currency, amount, unlocksAt);
    }

    /// @inheritdoc ISettlementDesk
    function withdraw(address currency) external nonReentrant {
        _requireNotLost(msg.sender);
        OwnerSlot storage owner = _cash.accounts[currency][msg.sender].owner;
        uint256 amount = uint256(owner.leaving) * _cash.engineUnits[currency];
        require(amount > 0, SettlementDeskZeroAmount());
        require(block.timestamp >= owner.unlocksAt, SettlementDeskStillLocked(msg.sender, currency, owner.unlocksAt));

        owner.leaving = 0;

        emit Withdrawn(msg.sender, currency, amount);

        IERC20(currency).safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc ISettlementDesk
    function engineUnit(address currency) external view returns (uint64) {
        return _cash.engineUnits[currency];
    }

    /// @inheritdoc ISettlementDesk
    function cashOf(
        address account,
        address currency
    ) external view returns (uint64 deposited, uint64 leaving, uint48 unlocksAt) {
        CashAccount storage entry = _cash.accounts[currency][account];
        OwnerSlot storage owner = entry.owner;
        return (entry.slot.deposited(), owner.leaving, owner.unlocksAt);
    }

    /// @dev A lost wallet's key may be a thief's: nothing of the account may move any more but to its successor.
    function _requireNotLost(address account) internal view virtual;

    function _deposit(address currency, address account, uint256 amount) private {
        uint256 before = IERC20(currency).balanceOf(address(this));
        IERC20(currency).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = IERC20(currency).balanceOf(address(this)) - before;

        // Known only now: what arrives may be less than what was sent. The guard keeps everybody else out meanwhile.
        uint64 units = _cash.toUnits(currency, received);
        require(units > 0, SettlementDeskZeroAmount());

        CashAccount storage entry = _cash.accounts[currency][account];
        entry.slot = entry.slot.withDeposited(UnitLib.fit(uint256(entry.slot.deposited()) + units));

        emit Deposited(account, currency, received);
    }

    function _isPowerOfTen(uint64 unit) private pure returns (bool) {
        if (unit == 0) return false;
        while (unit % 10 == 0) unit /= 10;
        return unit == 1;
    }
}
