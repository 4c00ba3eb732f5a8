// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SuccessionLib} from "../investors/SuccessionLib.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {IIncomeBook} from "./IIncomeBook.sol";
import {Distribution, DistributionKind, DistributionPhase} from "./IncomeTypes.sol";

/// @title The book of distributions (see `IIncomeBook`)
/// @dev Every payment goes through `_pay`, which is where money and books meet.
abstract contract IncomeBook is IIncomeBook, AccessManaged, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using SuccessionLib for IShareToken;

    /// Enough for a record's balance, a rate and a transfer of a proxied currency; the most that a hostile receiver can burn.
    uint256 internal constant PAY_GAS = 500_000;
    /// A date of the wrong year, or in milliseconds, does not take anybody's income away.
    uint256 private constant CLAIM_PERIOD = 30 days;

    IShareToken public immutable shares;

    /// @inheritdoc IIncomeBook
    uint256 public distributionCount;
    /// @inheritdoc IIncomeBook
    mapping(address currency => bool) public isCurrencyAllowed;

    mapping(uint256 distribution => Distribution) internal _distributions;

    /// @dev A payment within a page is a call of its own, so that a failure undoes it and nothing else.
    modifier onlySelf() {
        require(msg.sender == address(this), IncomeDeskNotSelf(msg.sender));
        _;
    }

    constructor(IShareToken shares_) {
        shares = shares_;
    }

    /// @inheritdoc IIncomeBook
    function setCurrency(address currency, bool allowed) external restricted {
        require(!allowed || currency.code.length != 0, IncomeDeskInvalidCurrency(currency));
        require(isCurrencyAllowed[currency] != allowed, IncomeDeskCurrencyUnchanged(currency, allowed));

        isCurrencyAllowed[currency] = allowed;

        emit CurrencySet(currency, allowed);
    }

    /// @inheritdoc IIncomeBook
    function withdrawTax(uint256 distribution) external nonReentrant returns (uint256 amount) {
        Distribution storage income = _existing(distribution);
        amount = income.withheld - income.taxWithdrawn;
        require(amount != 0, IncomeDeskNoTaxDue(distribution));

        income.taxWithdrawn += amount;

        emit TaxWithdrawn(distribution, income.taxAccount, amount);

        IERC20(income.currency).safeTransfer(income.taxAccount, amount);
    }

    /// @inheritdoc IIncomeBook
    function reclaim(uint256 distribution) external nonReentrant returns (uint256 amount) {
        Distribution storage income = _existing(distribution);
        require(_hasExpired(income), IncomeDeskNotExpired(distribution, income.expiresAt));
        amount = outstandingOf(distribution);
        require(amount != 0, IncomeDeskNothingLeft(distribution));

        income.reclaimed += amount;

        emit IncomeReclaimed(distribution, income.reclaimTo, amount);

        IERC20(income.currency).safeTransfer(income.reclaimTo, amount);
    }

    /// @inheritdoc IIncomeBook
    function distributionOf(uint256 distribution) external view returns (Distribution memory) {
        return _existing(distribution);
    }

    /// @inheritdoc IIncomeBook
    function outstandingOf(uint256 distribution) public view returns (uint256) {
        Distribution storage income = _existing(distribution);
        if (income.phase != DistributionPhase.Payable) return 0;
        return income.total - income.paid - income.reclaimed;
    }

    /// @inheritdoc IIncomeBook
    function heldOf(uint256 distribution) public view virtual returns (uint256) {
        Distribution storage income = _existing(distribution);
        return outstandingOf(distribution) + income.withheld - income.taxWithdrawn;
    }

    /// @dev The caller has made sure that this is due, has written down that it is paid, and has said so.
    function _pay(uint256 distribution, address holder, uint256 gross, uint256 withheld) internal {
        Distribution storage income = _distributions[distribution];
        address receiver = shares.successorOf(holder);

        income.paid += gross;
        if (withheld != 0) income.withheld += withheld;

        if (receiver != holder) emit IncomePaidToSuccessor(distribution, holder, receiver);

        // Some currencies refuse to move nothing, and who pays all of it as tax gets nothing.
        if (gross != withheld) IERC20(income.currency).safeTransfer(receiver, gross - withheld);
    }

    /// Balances are compared, because what a currency says it has moved is not what arrived. Nothing is not even asked for, because
    /// some currencies refuse to move it.
    function _pull(IERC20 currency, uint256 amount) internal returns (uint256 received) {
        if (amount == 0) return 0;
        uint256 before = currency.balanceOf(address(this));
        currency.safeTransferFrom(msg.sender, address(this), amount);
        return currency.balanceOf(address(this)) - before;
    }

    function _existing(uint256 distribution) internal view returns (Distribution storage income) {
        income = _distributions[distribution];
        require(income.kind != DistributionKind.None, IncomeDeskUnknownDistribution(distribution));
    }

    /// @dev The supply at the record, which has to be readable.
    function _requireHolders(uint256 id, uint32 record) internal view returns (uint256 supply) {
        supply = shares.supplyAt(id, record);
        require(supply != 0, IncomeDeskNoHolders(id, record));
    }

    function _requireAllowed(address currency) internal view {
        require(isCurrencyAllowed[currency], IncomeDeskCurrencyNotAllowed(currency));
    }

    function _requireClaimPeriod(uint48 expiresAt, address reclaimTo) internal view {
        uint256 earliest = block.timestamp + CLAIM_PERIOD;
        require(
            (expiresAt == 0) == (reclaimTo == address(0)) && (expiresAt == 0 || expiresAt >= earliest),
            IncomeDeskInvalidExpiry(expiresAt, reclaimTo, earliest)
        );
    }

    function _requireNotExpired(uint256 distribution) internal view {
        Distribution storage income = _distributions[distribution];
        require(!_hasExpired(income), IncomeDeskExpired(distribution, income.expiresAt));
    }

    /// @dev The last second still counts.
    function _hasExpired(Distribution storage income) internal view returns (bool) {
        return income.expiresAt != 0 && block.timestamp > income.expiresAt;
    }
}
