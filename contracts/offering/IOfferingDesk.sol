// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {InvestorId} from "../investors/IInvestorRegistry.sol";
import {AssetState} from "../shares/IShareToken.sol";
import {IPriceGuard} from "../valuation/IPriceGuard.sol";
import {IOfferingAllotment} from "./IOfferingAllotment.sol";
import {IOfferingProceeds} from "./IOfferingProceeds.sol";
import {IOfferingSale} from "./IOfferingSale.sol";
import {
    ClassCap,
    ClassCount,
    Entitlement,
    LockUp,
    Lock,
    Offering,
    OfferingPhase,
    OfferingTerms,
    SaleKind,
    Tier
} from "./OfferingTypes.sol";

/// @title Primary distribution
/// @notice Sells the shares of a listed asset, first come or by reservation. Buyers pay into escrow and get an entitlement; after the
/// window the offering succeeds (soft cap reached: shares are issued against the money) or fails (everybody may take back
/// exactly what he paid). The escrow covers every refund in every phase (I-8).
interface IOfferingDesk is IOfferingSale, IOfferingAllotment, IOfferingProceeds {
    event OfferingOpened(
        uint256 indexed offeringId,
        uint256 indexed id,
        OfferingTerms terms,
        Tier[] tiers,
        ClassCap[] classCaps
    );
    event OfferingClosed(uint256 indexed offeringId, OfferingPhase phase, uint64 sold);
    /// @notice The register did not let the desk move the asset to its next state, so that the issuer has to; the offering itself
    /// is closed.
    event AssetStateKept(uint256 indexed offeringId, uint256 indexed id, bytes reason);
    /// @notice `guard` says from now on whether an asset's price can be used; zero for always.
    event PriceGuardSet(IPriceGuard indexed guard);
    event CurrencyAllowed(address indexed currency, bool allowed);

    /// @notice No offering has this number.
    /// @dev Check the number; `offeringCount` is the highest.
    error OfferingDeskUnknownOffering(uint256 offeringId);
    /// @notice Compliance does not allow offerings in this currency, or there is no contract at the address.
    /// @dev Have compliance allow it with `allowCurrency`, or offer in an allowed one.
    error OfferingDeskCurrencyNotAllowed(address currency);
    /// @notice Tiers are 1 to 16 (1 for a reservation), ascend in shares and in price from above 0, and end at the hard cap, which at
    /// the dearest price costs less than 2^128 base units; `place` is the first that does not fit.
    /// @dev Correct the tiers.
    error OfferingDeskInvalidTiers(uint256 place, uint256 tiers, uint64 hardCap);
    /// @notice Class caps are at most 8, each of at least one class and one share; `place` is the first that does not fit.
    /// @dev Correct the class caps.
    error OfferingDeskInvalidClassCaps(uint256 place, uint256 classCaps);
    /// @notice These have to hold: 0 < softCap ≤ hardCap, minTicket ≤ hardCap, and maxPerInvestor 0 or at least minTicket.
    /// @dev Correct the caps.
    error OfferingDeskInvalidCaps(uint64 softCap, uint64 hardCap, uint64 minTicket, uint64 maxPerInvestor);
    /// @notice The window has to end after it begins, and after `time`; what may be cancelled is so within the window.
    /// @dev Choose a window that is not over yet.
    error OfferingDeskInvalidWindow(uint48 opensAt, uint48 closesAt, uint48 cancelUntil, uint256 time);
    /// @notice The treasury is missing, fee and commission are above 100 %, or the fee or the retained shares have no recipient.
    /// @dev Name a treasury, a recipient for the fee, and one for retained shares.
    error OfferingDeskInvalidPayees(address treasury, address feeRecipient, uint256 bps, address retainedBy);
    /// @notice A lock-up is all zero, or from ≤ cliff ≤ until and from < until, and ends after the window.
    /// @dev Correct the lock-up.
    error OfferingDeskInvalidLockUp(LockUp lockUp, uint48 closesAt);
    /// @notice The asset has to be Listed for this, but is in `state`.
    /// @dev Open the offering while the asset is Listed; `asset show` tells its state.
    error OfferingDeskAssetNotListed(uint256 id, AssetState state);
    /// @notice No custodian's word holds for the asset now (see `ICustodyDesk.isBacked`).
    /// @dev Have the custodian attest the thing's existence again, or the issuer renew the anchor.
    error OfferingDeskNotBacked(uint256 id);
    /// @notice Only `available` shares may still be issued; `wanted` are offered and retained.
    /// @dev Offer and retain at most `available` shares.
    error OfferingDeskCapExceeded(uint256 id, uint256 wanted, uint256 available);
    /// @notice The asset's earlier offering is open, or still has shares to issue or refund.
    /// @dev Close it, and allot or refund every entitlement in it.
    error OfferingDeskUnfinished(uint256 id, uint256 offeringId);
    /// @notice Before the end of the window an offering is closed by the issuer only, and only when sold out.
    /// @dev Wait until the window is over; then anybody may close it.
    error OfferingDeskNotSoldOut(uint256 offeringId, uint64 sold, uint64 hardCap);
    /// @notice Everybody may reserve until the end of the window, and cancel until the end of `cancelUntil`.
    /// @dev Wait until then.
    error OfferingDeskEarlyClose(uint256 offeringId, SaleKind kind, uint48 cancelUntil, uint256 time);
    /// @notice The window is open until the end of `closesAt`.
    /// @dev Close it after `closesAt`.
    error OfferingDeskStillOpen(uint256 offeringId, uint48 closesAt, uint256 time);

    /// @notice Names who says whether an asset's price can be used; zero for nobody. For compliance.
    function setPriceGuard(IPriceGuard guard) external;

    /// @notice Allows offerings in a currency, or no longer; those that are open go on. For compliance.
    /// @dev WARNING: a currency that changes balances by itself (rebasing) breaks the desk's books. Do not allow one.
    function allowCurrency(address currency, bool allowed) external;

    /// @notice Opens an offering of a listed, backed asset, which becomes Offered. Ids start with 1. For the issuer.
    function open(
        OfferingTerms calldata terms,
        Tier[] calldata tiers,
        ClassCap[] calldata classCaps
    ) external returns (uint256 offeringId);

    /// @notice Closes an offering whose window is over: Failed below the soft cap (the asset becomes Listed again), else Succeeded, or
    /// Prorating if more was reserved than there is (the asset becomes Active). Anybody may.
    function close(uint256 offeringId) external;

    /// @notice Closes an offering that is sold out before its window is over. For the issuer.
    function closeSoldOut(uint256 offeringId) external;

    function priceGuard() external view returns (IPriceGuard);

    function isCurrencyAllowed(address currency) external view returns (bool);

    /// @notice How many offerings were opened; also the newest one's id.
    function offeringCount() external view returns (uint256);

    function offeringOf(uint256 offeringId) external view returns (Offering memory);

    function tiersOf(uint256 offeringId) external view returns (Tier[] memory);

    /// @notice The class caps, and how much of each is used.
    function classCountsOf(uint256 offeringId) external view returns (ClassCount[] memory);

    /// @notice Shares that `buyer` has paid for and neither got nor given back.
    function entitlementOf(uint256 offeringId, address buyer) external view returns (uint64);

    /// @notice All that a wallet has in the offering.
    function entitlementsOf(
        uint256 offeringId,
        address[] calldata buyers
    ) external view returns (Entitlement[] memory entitlements);

    /// @notice How many places there are in the order of subscriptions. A buyer who cancelled leaves an empty one.
    function buyerCount(uint256 offeringId) external view returns (uint256);

    /// @notice A page of the buyers, by place; the zero address for an empty place. Shorter at the end.
    function buyersPage(
        uint256 offeringId,
        uint256 first,
        uint256 count
    ) external view returns (address[] memory buyers);

    /// @notice What the next `shares` shares cost now, exactly, over as many tiers as they reach.
    function costOf(uint256 offeringId, uint64 shares) external view returns (uint256);

    /// @notice Shares that an investor has subscribed in all his wallets and not cancelled.
    function subscribedBy(uint256 offeringId, InvestorId investor) external view returns (uint256);

    /// @notice Shares of `holder` under this offering's lock-up, and how many of them `release` would let go now.
    function lockOf(uint256 offeringId, address holder) external view returns (Lock memory lock, uint64 releasable);

    /// @notice What the desk holds for this offering: money of entitlements and proceeds not yet paid out.
    function escrowOf(uint256 offeringId) external view returns (uint256);
}
