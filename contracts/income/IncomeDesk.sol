// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {BoundedCallLib} from "../calls/BoundedCallLib.sol";
import {SuccessionLib} from "../investors/SuccessionLib.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {Distribution, IIncomeDesk} from "./IIncomeDesk.sol";

/// @title Income of the assets (see `IIncomeDesk`)
contract IncomeDesk is IIncomeDesk, AccessManaged, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using SuccessionLib for IShareToken;

    /// Enough for a record's balance and a transfer of a proxied currency; the most that a hostile receiver can burn.
    uint256 private constant PAY_GAS = 500_000;

    IShareToken public immutable shares;

    /// @inheritdoc IIncomeDesk
    uint256 public distributionCount;
    /// @inheritdoc IIncomeDesk
    mapping(uint256 id => mapping(address currency => uint256)) public carriedOf;
    /// @inheritdoc IIncomeDesk
    mapping(uint256 distribution => mapping(address holder => bool)) public isPaid;

    mapping(uint256 distribution => Distribution) private _distributions;

    constructor(address authority_, IShareToken shares_) AccessManaged(authority_) {
        shares = shares_;
    }

    /// @inheritdoc IIncomeDesk
    function declare(
        uint256 id,
        uint32 record,
        address currency,
        uint256 amount
    ) external restricted nonReentrant returns (uint256 distribution) {
        require(currency.code.length != 0, IncomeDeskInvalidCurrency(currency));
        uint256 supply = shares.supplyAt(id, record);
        require(supply != 0, IncomeDeskNoHolders(id, record));

        // What arrives decides about the rest, so that this one call to the currency comes before the changes; the guard and
        // an unchanged state make it safe.
        uint256 received = _pull(IERC20(currency), amount);
        uint256 carriedIn = carriedOf[id][currency];
        uint256 pot = received + carriedIn;
        uint256 perShare = pot / supply;
        uint256 remainder = pot % supply;
        require(perShare != 0, IncomeDeskTooSmall(id, pot, supply));

        distribution = ++distributionCount;
        carriedOf[id][currency] = remainder;
        _distributions[distribution] = Distribution({
            id: id,
            currency: currency,
            record: record,
            supply: supply,
            received: received,
            carriedIn: carriedIn,
            perShare: perShare,
            remainder: remainder,
            paid: 0
        });

        emit DistributionDeclared(distribution, id, record, currency, received, carriedIn, perShare, remainder);
    }

    /// @inheritdoc IIncomeDesk
    function claim(uint256 distribution, address holder) external nonReentrant {
        require(!isPaid[distribution][holder], IncomeDeskAlreadyPaid(distribution, holder));
        uint256 amount = payableTo(distribution, holder);
        require(amount != 0, IncomeDeskNothingDue(distribution, holder));

        _pay(distribution, holder, amount);
    }

    /// @inheritdoc IIncomeDesk
    function claimMany(uint256 distribution, address[] calldata holders) external nonReentrant returns (uint256 paid) {
        for (uint256 i = 0; i < holders.length; ++i) {
            address holder = holders[i];
            uint256 amount = payableTo(distribution, holder);
            if (amount == 0) continue;

            (bool done, bytes memory reason) = BoundedCallLib.tryCall(
                address(this),
                PAY_GAS,
                abi.encodeCall(this.payInPage, (distribution, holder, amount))
            );
            if (done) ++paid;
            else emit PaymentFailed(distribution, holder, reason);
        }
    }

    /// @notice One payment of `claimMany`, a call of its own so that a failure undoes it and nothing else. For the desk itself.
    function payInPage(uint256 distribution, address holder, uint256 amount) external {
        require(msg.sender == address(this), IncomeDeskNotSelf(msg.sender));

        _pay(distribution, holder, amount);
    }

    /// @inheritdoc IIncomeDesk
    function payableTo(uint256 distribution, address holder) public view returns (uint256) {
        Distribution storage income = _existing(distribution);
        if (isPaid[distribution][holder]) return 0;
        return income.perShare * shares.balanceOfAt(holder, income.id, income.record);
    }

    /// @inheritdoc IIncomeDesk
    function distributionOf(uint256 distribution) external view returns (Distribution memory) {
        return _existing(distribution);
    }

    /// @inheritdoc IIncomeDesk
    function outstandingOf(uint256 distribution) external view returns (uint256) {
        Distribution storage income = _existing(distribution);
        return income.perShare * income.supply - income.paid;
    }

    function _pay(uint256 distribution, address holder, uint256 amount) private {
        Distribution storage income = _distributions[distribution];
        address receiver = shares.successorOf(holder);

        isPaid[distribution][holder] = true;
        income.paid += amount;

        emit IncomePaid(distribution, holder, amount);
        if (receiver != holder) emit IncomePaidToSuccessor(distribution, holder, receiver);

        IERC20(income.currency).safeTransfer(receiver, amount);
    }

    /// Balances are compared, because what a currency says it has moved is not what arrived.
    function _pull(IERC20 currency, uint256 amount) private returns (uint256 received) {
        uint256 before = currency.balanceOf(address(this));
        currency.safeTransferFrom(msg.sender, address(this), amount);
        return currency.balanceOf(address(this)) - before;
    }

    function _existing(uint256 distribution) private view returns (Distribution storage income) {
        income = _distributions[distribution];
        require(income.supply != 0, IncomeDeskUnknownDistribution(distribution));
    }
}
