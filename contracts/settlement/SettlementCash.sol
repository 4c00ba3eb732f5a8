// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {CashSlot} from "./CashSlotLib.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";
import {SettlementPause} from "./SettlementPause.sol";
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

/// @title The desk's cash
/// @notice Currencies, deposits and the way out. Σ (deposited + leaving) × engine unit never exceeds what the desk holds.
abstract contract SettlementCash is SettlementPause, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @notice How long cash on leave still covers chunks that were on their way.
    uint48 public constant WITHDRAWAL_WINDOW = 1 hours;

    mapping(address currency => uint64) internal _engineUnits;
    mapping(address currency => mapping(address account => CashAccount)) internal _accounts;

    /// @inheritdoc ISettlementDesk
    function allowCurrency(address currency, uint64 unit) external restricted {
        require(_engineUnits[currency] == 0, SettlementDeskCurrencySet(currency, _engineUnits[currency]));
        require(currency.code.length > 0 && _isPowerOfTen(unit), SettlementDeskInvalidCurrency(currency, unit));

        _engineUnits[currency] = unit;

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
        uint64 units = _toUnits(currency, amount);
        CashAccount storage entry = _accounts[currency][msg.sender];
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
        OwnerSlot storage owner = _accounts[currency][msg.sender].owner;
        uint256 amount = uint256(owner.leaving) * _engineUnits[currency];
        require(amount > 0, SettlementDeskZeroAmount());
        require(block.timestamp >= owner.unlocksAt, SettlementDeskStillLocked(msg.sender, currency, owner.unlocksAt));

        owner.leaving = 0;

        emit Withdrawn(msg.sender, currency, amount);

        IERC20(currency).safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc ISettlementDesk
    function engineUnit(address currency) external view returns (uint64) {
        return _engineUnits[currency];
    }

    /// @inheritdoc ISettlementDesk
    function cashOf(
        address account,
        address currency
    ) external view returns (uint64 deposited, uint64 leaving, uint48 unlocksAt) {
        CashAccount storage entry = _accounts[currency][account];
        OwnerSlot storage owner = entry.owner;
        return (entry.slot.deposited(), owner.leaving, owner.unlocksAt);
    }

    /// @dev Books net cash and returns the word, which the caller writes. What deposits lack is taken from cash on leave, until it unlocks.
    function _book(
        CashSlot slot,
        OwnerSlot storage owner,
        address account,
        address currency,
        int256 cash
    ) internal returns (CashSlot) {
        uint64 deposited = slot.deposited();
        if (cash >= 0) return slot.withDeposited(_fit(deposited + uint256(cash)));

        uint256 due = uint256(-cash);
        if (due <= deposited) return slot.withDeposited(deposited - uint64(due));

        uint256 missing = due - deposited;
        uint256 cover = block.timestamp < owner.unlocksAt ? owner.leaving : 0;
        if (missing > cover) revert SettlementDeskCashTooSmall(account, currency, missing - cover);
        owner.leaving -= uint64(missing);
        return slot.withDeposited(0);
    }

    /// @dev Base units to engine units, exactly.
    function _toUnits(address currency, uint256 amount) internal view returns (uint64) {
        return UnitLib.toUnits(amount, currency, _engineUnits[currency]);
    }

    function _fit(uint256 units) internal pure returns (uint64) {
        return UnitLib.fit(units);
    }

    /// @dev A lost wallet's key may be a thief's: nothing of the account may move any more but to its successor.
    function _requireNotLost(address account) internal view virtual;

    function _deposit(address currency, address account, uint256 amount) private {
        uint256 before = IERC20(currency).balanceOf(address(this));
        IERC20(currency).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = IERC20(currency).balanceOf(address(this)) - before;

        // Known only now: what arrives may be less than what was sent. The guard keeps everybody else out meanwhile.
        uint64 units = _toUnits(currency, received);
        require(units > 0, SettlementDeskZeroAmount());

        CashAccount storage entry = _accounts[currency][account];
        entry.slot = entry.slot.withDeposited(_fit(uint256(entry.slot.deposited()) + units));

        emit Deposited(account, currency, received);
    }

    function _isPowerOfTen(uint64 unit) private pure returns (bool) {
        if (unit == 0) return false;
        while (unit % 10 == 0) unit /= 10;
        return unit == 1;
    }
}
