// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {AnswerLib} from "../calls/AnswerLib.sol";
import {BoundedCallLib} from "../calls/BoundedCallLib.sol";
import {BoundedReadLib} from "../calls/BoundedReadLib.sol";
import {IInvestorRegistry} from "../investors/IInvestorRegistry.sol";
import {SuccessionLib} from "../investors/SuccessionLib.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {IBeneficialHolders} from "./IBeneficialHolders.sol";
import {
    Distribution,
    DistributionKind,
    DistributionPhase,
    RecordIncome,
    RecordStanding,
    RecordTerms
} from "./IncomeTypes.sol";
import {IRecordDistributions} from "./IRecordDistributions.sol";
import {Withholding} from "./Withholding.sol";

/// @title Distributions by the register at a record (see `IRecordDistributions`)
abstract contract RecordDistributions is Withholding, IRecordDistributions {
    using AnswerLib for bytes;
    using SuccessionLib for IShareToken;

    uint256 private constant MOST_ACCOUNTS = 32;
    /// What an escrow may use to look an owner up.
    uint256 private constant READ_GAS = 200_000;
    uint256 private constant ANSWER_BYTES = 32;

    /// @inheritdoc IRecordDistributions
    mapping(uint256 id => mapping(address currency => uint256)) public carriedOf;
    /// @inheritdoc IRecordDistributions
    mapping(uint256 distribution => mapping(address holder => bool)) public isPaid;
    /// @inheritdoc IRecordDistributions
    mapping(uint256 distribution => mapping(address escrow => mapping(address owner => bool))) public isPaidThrough;
    /// @inheritdoc IRecordDistributions
    mapping(uint256 distribution => mapping(address escrow => uint256 shares)) public claimedThrough;
    /// @inheritdoc IRecordDistributions
    mapping(uint256 distribution => mapping(address account => RecordStanding)) public standingOf;

    mapping(uint256 distribution => RecordIncome) private _recordIncomes;

    /// @inheritdoc IRecordDistributions
    function declare(RecordTerms calldata terms) external restricted nonReentrant returns (uint256 distribution) {
        _requireAllowed(terms.currency);
        _requireClaimPeriod(terms.expiresAt, terms.reclaimTo);
        uint32 withholding = withholdingOf(terms.id);
        require(
            terms.withholding == withholding,
            IncomeDeskWithholdingChanged(terms.id, terms.withholding, withholding)
        );

        distribution = ++distributionCount;
        uint256 supply = _takeOff(distribution, terms);
        _lookThrough(distribution, terms.escrows);

        // What arrives decides about the rest, so that this one call to the currency comes before the changes; the guard and
        // a distribution that nobody can claim yet make it safe.
        uint256 received = _pull(IERC20(terms.currency), terms.amount);
        _open(distribution, terms, supply, received);
    }

    /// @inheritdoc IRecordDistributions
    function claim(uint256 distribution, address holder) external nonReentrant {
        _claim(distribution, holder, msg.sender);
    }

    /// @inheritdoc IRecordDistributions
    function claimMany(uint256 distribution, address[] calldata holders) external nonReentrant returns (uint256 paid) {
        _byRecord(distribution);
        _requireNotExpired(distribution);

        for (uint256 i = 0; i < holders.length; ++i) {
            address holder = holders[i];
            if (_grossTo(distribution, holder) == 0) continue;

            (bool done, bytes memory reason) = BoundedCallLib.tryCall(
                address(this),
                PAY_GAS,
                abi.encodeCall(this.payInPage, (distribution, holder, msg.sender))
            );
            if (done) ++paid;
            else emit PaymentFailed(distribution, holder, reason);
        }
    }

    /// @notice One payment of `claimMany`, for which `asker` asked. For the desk itself.
    function payInPage(uint256 distribution, address holder, address asker) external onlySelf {
        _claim(distribution, holder, asker);
    }

    /// @inheritdoc IRecordDistributions
    function claimThrough(uint256 distribution, address escrow, address owner) external nonReentrant {
        _byRecord(distribution);
        _requireNotExpired(distribution);
        _requireHolder(distribution, owner);
        require(!isPaidThrough[distribution][escrow][owner], IncomeDeskAlreadyPaid(distribution, owner));
        uint256 asked = _sharesThrough(distribution, escrow, owner);

        uint256 gross = _recordIncomes[distribution].perShare * asked;
        uint256 withheld = _acceptedTax(distribution, owner, gross, msg.sender);
        isPaidThrough[distribution][escrow][owner] = true;
        claimedThrough[distribution][escrow] += asked;

        emit IncomePaidThrough(distribution, escrow, owner, gross, withheld);

        _pay(distribution, owner, gross, withheld);
    }

    /// @inheritdoc IRecordDistributions
    function payableTo(uint256 distribution, address holder) external view returns (uint256) {
        (uint256 gross, uint256 withheld) = dueTo(distribution, holder);
        return gross - withheld;
    }

    /// @inheritdoc IRecordDistributions
    function dueTo(uint256 distribution, address holder) public view returns (uint256 gross, uint256 withheld) {
        Distribution storage income = _byRecord(distribution);
        if (_hasExpired(income)) return (0, 0);

        gross = _grossTo(distribution, holder);
        withheld = _taxNow(distribution, holder, gross);
    }

    /// @inheritdoc IRecordDistributions
    function dueThrough(
        uint256 distribution,
        address escrow,
        address owner
    ) external view returns (uint256 gross, uint256 withheld) {
        Distribution storage income = _byRecord(distribution);
        if (_hasExpired(income) || isPaidThrough[distribution][escrow][owner]) return (0, 0);
        if (standingOf[distribution][escrow] != RecordStanding.Escrow) return (0, 0);
        if (standingOf[distribution][owner] != RecordStanding.Holder) return (0, 0);
        (bool said, uint256 asked) = _heldThrough(income, escrow, owner);
        if (!said || asked > _leftThrough(distribution, escrow)) return (0, 0);

        gross = _recordIncomes[distribution].perShare * asked;
        withheld = _taxNow(distribution, owner, gross);
    }

    /// @inheritdoc IRecordDistributions
    function recordIncomeOf(uint256 distribution) external view returns (RecordIncome memory) {
        _byRecord(distribution);
        return _recordIncomes[distribution];
    }

    function _claim(uint256 distribution, address holder, address asker) private {
        _byRecord(distribution);
        _requireNotExpired(distribution);
        _requireHolder(distribution, holder);
        require(!isPaid[distribution][holder], IncomeDeskAlreadyPaid(distribution, holder));
        uint256 gross = _grossTo(distribution, holder);
        require(gross != 0, IncomeDeskNothingDue(distribution, holder));

        uint256 withheld = _acceptedTax(distribution, holder, gross, asker);
        isPaid[distribution][holder] = true;

        emit IncomePaid(distribution, holder, gross, withheld);

        _pay(distribution, holder, gross, withheld);
    }

    /// @dev Marks excluded accounts and gives the supply without them.
    function _takeOff(uint256 distribution, RecordTerms calldata terms) private returns (uint256 supply) {
        supply = _requireHolders(terms.id, terms.record);
        _requireFew(terms.excluded.length);

        for (uint256 i = 0; i < terms.excluded.length; ++i) {
            _mark(distribution, terms.excluded[i], RecordStanding.Excluded);
            supply -= shares.balanceOfAt(terms.excluded[i], terms.id, terms.record);
        }
        require(supply != 0, IncomeDeskNoHolders(terms.id, terms.record));
    }

    function _lookThrough(uint256 distribution, address[] calldata escrows) private {
        _requireFew(escrows.length);

        IInvestorRegistry investors = IInvestorRegistry(shares.investors());
        for (uint256 i = 0; i < escrows.length; ++i) {
            require(investors.partyOf(escrows[i]).isProtocol(), IncomeDeskNotAnEscrow(escrows[i]));
            _mark(distribution, escrows[i], RecordStanding.Escrow);
        }
    }

    function _mark(uint256 distribution, address account, RecordStanding standing) private {
        require(standingOf[distribution][account] == RecordStanding.Holder, IncomeDeskAccountTwice(account));

        standingOf[distribution][account] = standing;
    }

    function _open(uint256 distribution, RecordTerms calldata terms, uint256 supply, uint256 received) private {
        uint256 carriedIn = carriedOf[terms.id][terms.currency];
        uint256 pot = received + carriedIn;
        uint256 perShare = pot / supply;
        uint256 remainder = pot % supply;
        require(perShare != 0, IncomeDeskTooSmall(terms.id, pot, supply));

        carriedOf[terms.id][terms.currency] = remainder;
        Distribution storage income = _distributions[distribution];
        (income.id, income.currency, income.record) = (terms.id, terms.currency, terms.record);
        (income.expiresAt, income.reclaimTo) = (terms.expiresAt, terms.reclaimTo);
        (income.kind, income.phase) = (DistributionKind.Record, DistributionPhase.Payable);
        income.total = perShare * supply;
        income.taxAccount = _taxAccountOf(terms.withholding);
        _recordIncomes[distribution] = RecordIncome({
            supply: supply,
            received: received,
            carriedIn: carriedIn,
            perShare: perShare,
            remainder: remainder,
            withholding: terms.withholding
        });

        emit DistributionDeclared(
            distribution,
            terms.id,
            terms.record,
            terms.currency,
            received,
            carriedIn,
            perShare,
            remainder
        );
        emit RecordTermsFixed(
            distribution,
            terms.withholding,
            terms.expiresAt,
            terms.reclaimTo,
            terms.excluded,
            terms.escrows
        );
    }

    /// @dev The tax of a payment that `asker` asks for. A stranger does not choose the day on which a verification has expired.
    function _acceptedTax(
        uint256 distribution,
        address holder,
        uint256 gross,
        address asker
    ) private view returns (uint256) {
        (uint16 rateBps, uint16 verifiedBps) = rateOf(_recordIncomes[distribution].withholding, holder);
        require(
            rateBps <= verifiedBps || asker == holder || asker == shares.successorOf(holder),
            IncomeDeskVerificationExpired(distribution, holder, rateBps, verifiedBps)
        );
        return _taxOn(gross, rateBps);
    }

    function _taxNow(uint256 distribution, address holder, uint256 gross) private view returns (uint256) {
        (uint16 rateBps, ) = rateOf(_recordIncomes[distribution].withholding, holder);
        return _taxOn(gross, rateBps);
    }

    /// @dev Zero for those paid before, and for accounts that are not holders like others.
    function _grossTo(uint256 distribution, address holder) private view returns (uint256) {
        if (isPaid[distribution][holder]) return 0;
        if (standingOf[distribution][holder] != RecordStanding.Holder) return 0;
        Distribution storage income = _distributions[distribution];
        return _recordIncomes[distribution].perShare * shares.balanceOfAt(holder, income.id, income.record);
    }

    /// @dev What `owner` may claim for: what the escrow says, if that is not more than what it held.
    function _sharesThrough(uint256 distribution, address escrow, address owner) private view returns (uint256 asked) {
        bool isEscrow = standingOf[distribution][escrow] == RecordStanding.Escrow;
        require(isEscrow, IncomeDeskNotLookedThrough(distribution, escrow));
        bool said;
        (said, asked) = _heldThrough(_distributions[distribution], escrow, owner);
        require(said, IncomeDeskEscrowSilent(escrow, owner));
        require(asked != 0, IncomeDeskNothingDue(distribution, owner));
        uint256 left = _leftThrough(distribution, escrow);
        require(asked <= left, IncomeDeskEscrowExceeded(distribution, escrow, owner, asked, left));
    }

    /// @dev What an escrow says it held for `owner`, if it says anything.
    function _heldThrough(
        Distribution storage income,
        address escrow,
        address owner
    ) private view returns (bool said, uint256 held) {
        (bool success, bytes memory answer) = BoundedReadLib.tryRead(
            escrow,
            READ_GAS,
            ANSWER_BYTES,
            abi.encodeCall(IBeneficialHolders.sharesOfAt, (owner, income.id, income.record))
        );
        return success ? answer.wordAt(0) : (false, 0);
    }

    /// @dev Shares of an escrow for which nobody was paid yet.
    function _leftThrough(uint256 distribution, address escrow) private view returns (uint256) {
        Distribution storage income = _distributions[distribution];
        uint256 held = shares.balanceOfAt(escrow, income.id, income.record);
        return held - claimedThrough[distribution][escrow];
    }

    function _byRecord(uint256 distribution) private view returns (Distribution storage income) {
        income = _existing(distribution);
        require(income.kind == DistributionKind.Record, IncomeDeskNotByRecord(distribution));
    }

    function _requireHolder(uint256 distribution, address account) private view {
        RecordStanding standing = standingOf[distribution][account];
        require(standing == RecordStanding.Holder, IncomeDeskNotAHolder(distribution, account, standing));
    }

    function _requireFew(uint256 count) private pure {
        require(count <= MOST_ACCOUNTS, IncomeDeskTooManyAccounts(count, MOST_ACCOUNTS));
    }
}
