// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {BoundedCallLib} from "../calls/BoundedCallLib.sol";
import {ICustodyDesk} from "../custody/ICustodyDesk.sol";
import {IInvestorRegistry, InvestorId} from "../investors/IInvestorRegistry.sol";
import {SuccessionLib} from "../investors/SuccessionLib.sol";
import {ITransferRules} from "../rules/ITransferRules.sol";
import {AssetState, IShareToken} from "../shares/IShareToken.sol";
import {IPriceGuard} from "../valuation/IPriceGuard.sol";
import {IOfferingDesk, Offering, OfferingPhase, OfferingTerms} from "./IOfferingDesk.sol";
import {OfferingTermsLib} from "./OfferingTermsLib.sol";

/// @title Primary distribution (see `IOfferingDesk`)
contract OfferingDesk is IOfferingDesk, AccessManaged, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using OfferingTermsLib for OfferingTerms;
    using SuccessionLib for IShareToken;

    /// After this time every entitlement that was not allotted may be refunded.
    uint48 private constant ALLOTMENT_PERIOD = 30 days;
    /// Enough for an issue under 25 rules and a receiver's hook; the most that a hostile receiver can burn.
    uint256 private constant MINT_GAS = 1_500_000;
    uint256 private constant STATE_GAS = 200_000;
    /// Codes from here to below the second are about the buyer, others about the asset as a whole (docs/formats.md, section 5).
    uint8 private constant FIRST_PERSONAL_CODE = 10;
    uint8 private constant FIRST_FAULT_CODE = 90;

    IShareToken public immutable shares;
    ICustodyDesk public immutable custody;

    /// @inheritdoc IOfferingDesk
    uint256 public offeringCount;
    /// @inheritdoc IOfferingDesk
    IPriceGuard public priceGuard;

    mapping(uint256 offeringId => Offering) private _offerings;
    mapping(uint256 offeringId => mapping(address buyer => uint64)) private _entitlements;
    mapping(uint256 offeringId => mapping(InvestorId => uint256)) private _subscribed;
    mapping(uint256 id => uint256 offeringId) private _latestOf;

    constructor(address authority_, IShareToken shares_, ICustodyDesk custody_) AccessManaged(authority_) {
        shares = shares_;
        custody = custody_;
    }

    /// @inheritdoc IOfferingDesk
    function setPriceGuard(IPriceGuard guard) external restricted {
        priceGuard = guard;

        emit PriceGuardSet(guard);
    }

    /// @inheritdoc IOfferingDesk
    function open(OfferingTerms calldata terms) external restricted nonReentrant returns (uint256 offeringId) {
        terms.requireSensible();
        _requireOfferable(terms.id, terms.hardCap);

        offeringId = ++offeringCount;
        _offerings[offeringId].terms = terms;
        _offerings[offeringId].phase = OfferingPhase.Open;
        _latestOf[terms.id] = offeringId;

        emit OfferingOpened(offeringId, terms.id, terms);

        shares.setAssetState(terms.id, AssetState.Offered);
    }

    /// @inheritdoc IOfferingDesk
    function subscribe(
        uint256 offeringId,
        uint64 shares_,
        uint64 minShares,
        uint256 maxCost
    ) external nonReentrant returns (uint64 got) {
        return _subscribe(offeringId, shares_, minShares, maxCost);
    }

    /// @inheritdoc IOfferingDesk
    function subscribeWithPermit(
        uint256 offeringId,
        uint64 shares_,
        uint64 minShares,
        uint256 maxCost,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant returns (uint64 got) {
        address currency = _existing(offeringId).terms.currency;
        // A permit seen in the mempool can be brought by anybody first. Then this call fails, and the allowance is there.
        try IERC20Permit(currency).permit(msg.sender, address(this), maxCost, deadline, v, r, s) {} catch {}

        return _subscribe(offeringId, shares_, minShares, maxCost);
    }

    /// @inheritdoc IOfferingDesk
    function close(uint256 offeringId) external nonReentrant {
        Offering storage offering = _inPhase(offeringId, OfferingPhase.Open);
        uint48 closesAt = offering.terms.closesAt;
        require(block.timestamp > closesAt, OfferingDeskStillOpen(offeringId, closesAt, block.timestamp));

        _close(offeringId, offering);
    }

    /// @inheritdoc IOfferingDesk
    function closeSoldOut(uint256 offeringId) external restricted nonReentrant {
        Offering storage offering = _inPhase(offeringId, OfferingPhase.Open);
        uint64 hardCap = offering.terms.hardCap;
        require(offering.sold == hardCap, OfferingDeskNotSoldOut(offeringId, offering.sold, hardCap));

        _close(offeringId, offering);
    }

    /// @inheritdoc IOfferingDesk
    function allot(uint256 offeringId, address[] calldata buyers) external nonReentrant {
        Offering storage offering = _inPhase(offeringId, OfferingPhase.Succeeded);
        uint256 id = offering.terms.id;
        require(custody.isBacked(id), OfferingDeskNotBacked(id));

        for (uint256 i = 0; i < buyers.length; ++i) _allot(offeringId, offering, buyers[i]);
    }

    /// @inheritdoc IOfferingDesk
    function refund(uint256 offeringId, address buyer) external nonReentrant {
        Offering storage offering = _existing(offeringId);
        uint64 entitlement = _entitlements[offeringId][buyer];
        require(entitlement != 0, OfferingDeskNoEntitlement(offeringId, buyer));
        address receiver = shares.successorOf(buyer);
        _requireRefundable(offeringId, offering, receiver, entitlement);
        uint256 cost = offering.terms.costOf(entitlement);

        delete _entitlements[offeringId][buyer];
        offering.sold -= entitlement;

        emit Refunded(offeringId, buyer, entitlement, cost);
        if (receiver != buyer) emit EntitlementSucceeded(offeringId, buyer, receiver);

        IERC20(offering.terms.currency).safeTransfer(receiver, cost);
    }

    /// @inheritdoc IOfferingDesk
    function withdrawProceeds(uint256 offeringId) external nonReentrant {
        Offering storage offering = _existing(offeringId);
        address treasury = offering.terms.treasury;
        (uint256 amount, ) = proceedsDue(offeringId);
        require(amount != 0, OfferingDeskNothingDue(offeringId, treasury));

        offering.treasuryPaid += amount;

        emit ProceedsWithdrawn(offeringId, treasury, amount);

        IERC20(offering.terms.currency).safeTransfer(treasury, amount);
    }

    /// @inheritdoc IOfferingDesk
    function withdrawFee(uint256 offeringId) external nonReentrant {
        Offering storage offering = _existing(offeringId);
        address feeRecipient = offering.terms.feeRecipient;
        (, uint256 amount) = proceedsDue(offeringId);
        require(amount != 0, OfferingDeskNothingDue(offeringId, feeRecipient));

        offering.feePaid += amount;

        emit FeeWithdrawn(offeringId, feeRecipient, amount);

        IERC20(offering.terms.currency).safeTransfer(feeRecipient, amount);
    }

    /// @inheritdoc IOfferingDesk
    function offeringOf(uint256 offeringId) external view returns (Offering memory) {
        return _existing(offeringId);
    }

    /// @inheritdoc IOfferingDesk
    function entitlementOf(uint256 offeringId, address buyer) external view returns (uint64) {
        return _entitlements[offeringId][buyer];
    }

    /// @inheritdoc IOfferingDesk
    function costOf(uint256 offeringId, uint64 shares_) external view returns (uint256) {
        return _existing(offeringId).terms.costOf(shares_);
    }

    /// @inheritdoc IOfferingDesk
    function subscribedBy(uint256 offeringId, InvestorId investor) external view returns (uint256) {
        return _subscribed[offeringId][investor];
    }

    /// @inheritdoc IOfferingDesk
    function proceedsDue(uint256 offeringId) public view returns (uint256 toTreasury, uint256 toFeeRecipient) {
        Offering storage offering = _existing(offeringId);
        uint256 proceeds = offering.terms.costOf(offering.allotted);
        uint256 fee = offering.terms.feeDown(proceeds);
        return (proceeds - fee - offering.treasuryPaid, fee - offering.feePaid);
    }

    /// @inheritdoc IOfferingDesk
    function escrowOf(uint256 offeringId) external view returns (uint256) {
        Offering storage offering = _existing(offeringId);
        return offering.terms.costOf(offering.sold) - offering.treasuryPaid - offering.feePaid;
    }

    function _subscribe(
        uint256 offeringId,
        uint64 shares_,
        uint64 minShares,
        uint256 maxCost
    ) private returns (uint64 got) {
        Offering storage offering = _inPhase(offeringId, OfferingPhase.Open);
        OfferingTerms storage terms = offering.terms;
        _requireSelling(offeringId, terms);
        got = _sharesFor(offeringId, offering, shares_, minShares);
        uint256 cost = terms.costOf(got);
        require(cost <= maxCost, OfferingDeskCostTooHigh(offeringId, cost, maxCost));
        uint64 entitlement = _entitlements[offeringId][msg.sender] + got;
        uint8 code = _issueCode(terms.id, msg.sender, entitlement);
        require(code == 0, OfferingDeskRefused(offeringId, msg.sender, code));

        _countForInvestor(offeringId, terms.maxPerInvestor, got);
        _entitlements[offeringId][msg.sender] = entitlement;
        offering.sold += got;

        emit Subscribed(offeringId, msg.sender, got, cost);

        _pull(IERC20(terms.currency), cost);
    }

    /// The phase and the money are settled first; whether the register follows is not a condition for refunds.
    function _close(uint256 offeringId, Offering storage offering) private {
        uint256 id = offering.terms.id;
        bool succeeded = offering.sold >= offering.terms.softCap;
        OfferingPhase phase = succeeded ? OfferingPhase.Succeeded : OfferingPhase.Failed;
        AssetState next = succeeded ? AssetState.Active : AssetState.Listed;

        offering.phase = phase;
        offering.closedAt = uint48(block.timestamp);

        emit OfferingClosed(offeringId, phase, offering.sold);

        (bool moved, bytes memory reason) = BoundedCallLib.tryCall(
            address(shares),
            STATE_GAS,
            abi.encodeCall(IShareToken.setAssetState, (id, next))
        );
        if (!moved) emit AssetStateKept(offeringId, id, reason);
    }

    function _allot(uint256 offeringId, Offering storage offering, address buyer) private {
        uint64 entitlement = _entitlements[offeringId][buyer];
        if (entitlement == 0) return;
        address receiver = shares.successorOf(buyer);

        delete _entitlements[offeringId][buyer];
        offering.allotted += entitlement;

        (bool issued, bytes memory reason) = BoundedCallLib.tryCall(
            address(shares),
            MINT_GAS,
            abi.encodeCall(IShareToken.mint, (receiver, offering.terms.id, entitlement, ""))
        );
        if (issued) {
            emit Allotted(offeringId, buyer, entitlement, offering.terms.costOf(entitlement));
            if (receiver != buyer) emit EntitlementSucceeded(offeringId, buyer, receiver);
        } else {
            _entitlements[offeringId][buyer] = entitlement;
            offering.allotted -= entitlement;

            emit AllotmentRefused(offeringId, buyer, reason);
        }
    }

    /// Balances are compared, because what a currency says it has moved is not what arrived.
    function _pull(IERC20 currency, uint256 cost) private {
        uint256 before = currency.balanceOf(address(this));
        currency.safeTransferFrom(msg.sender, address(this), cost);
        uint256 received = currency.balanceOf(address(this)) - before;
        require(received == cost, OfferingDeskReceived(address(currency), cost, received));
    }

    /// Counted per investor over all his wallets (D4). Nothing is taken back later: refunds come only after the sale is over.
    function _countForInvestor(uint256 offeringId, uint64 limit, uint64 got) private {
        InvestorId investor = IInvestorRegistry(shares.investors()).profileOf(msg.sender).investor;
        uint256 subscribed = _subscribed[offeringId][investor] + got;
        require(limit == 0 || subscribed <= limit, OfferingDeskInvestorLimit(offeringId, investor, subscribed, limit));
        _subscribed[offeringId][investor] = subscribed;
    }

    function _requireOfferable(uint256 id, uint64 hardCap) private view {
        AssetState state = shares.stateOf(id);
        require(state == AssetState.Listed, OfferingDeskAssetNotListed(id, state));
        require(custody.isBacked(id), OfferingDeskNotBacked(id));
        uint256 available = shares.capOf(id) - shares.totalSupply(id);
        require(hardCap <= available, OfferingDeskCapExceeded(id, hardCap, available));

        uint256 latest = _latestOf[id];
        Offering storage before = _offerings[latest];
        bool finished =
            before.phase == OfferingPhase.None ||
                before.phase == OfferingPhase.Failed ||
                (before.phase == OfferingPhase.Succeeded && before.sold == before.allotted);
        require(finished, OfferingDeskUnfinished(id, latest));
    }

    function _requireSelling(uint256 offeringId, OfferingTerms storage terms) private view {
        require(
            block.timestamp >= terms.opensAt && block.timestamp <= terms.closesAt,
            OfferingDeskOutsideWindow(offeringId, terms.opensAt, terms.closesAt, block.timestamp)
        );
        require(custody.isBacked(terms.id), OfferingDeskNotBacked(terms.id));
        uint8 code = address(priceGuard) == address(0) ? 0 : priceGuard.offerCode(terms.id);
        require(code == 0, OfferingDeskPriceNotUsable(terms.id, code));
    }

    /// The reason that counts is the one of the wallet that would be issued the shares.
    function _requireRefundable(
        uint256 offeringId,
        Offering storage offering,
        address receiver,
        uint64 entitlement
    ) private view {
        if (offering.phase == OfferingPhase.Failed) return;
        require(offering.phase == OfferingPhase.Succeeded, OfferingDeskWrongPhase(offeringId, offering.phase));
        uint256 refundableFrom = offering.closedAt + ALLOTMENT_PERIOD;
        if (block.timestamp >= refundableFrom) return;

        uint8 code = _issueCode(offering.terms.id, receiver, entitlement);
        bool personal = code >= FIRST_PERSONAL_CODE && code < FIRST_FAULT_CODE;
        require(personal && msg.sender == receiver, OfferingDeskNotRefundable(offeringId, receiver, refundableFrom));
    }

    function _sharesFor(
        uint256 offeringId,
        Offering storage offering,
        uint64 wanted,
        uint64 minShares
    ) private view returns (uint64 got) {
        uint64 left = offering.terms.hardCap - offering.sold;
        got = wanted < left ? wanted : left;
        require(got != 0 && got >= minShares, OfferingDeskTooFewLeft(offeringId, minShares, left));
        require(
            got >= offering.terms.minTicket || got == left,
            OfferingDeskBelowTicket(offeringId, got, offering.terms.minTicket)
        );
    }

    /// Why the register would refuse to issue, or 0.
    function _issueCode(uint256 id, address buyer, uint64 value) private view returns (uint8) {
        return ITransferRules(shares.rules()).detectTransferRestriction(address(0), buyer, id, value);
    }

    function _inPhase(uint256 offeringId, OfferingPhase phase) private view returns (Offering storage offering) {
        offering = _existing(offeringId);
        require(offering.phase == phase, OfferingDeskWrongPhase(offeringId, offering.phase));
    }

    function _existing(uint256 offeringId) private view returns (Offering storage offering) {
        offering = _offerings[offeringId];
        require(offering.phase != OfferingPhase.None, OfferingDeskUnknownOffering(offeringId));
    }
}
