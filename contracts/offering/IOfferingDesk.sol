// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {InvestorId} from "../investors/IInvestorRegistry.sol";
import {AssetState} from "../shares/IShareToken.sol";
import {IPriceGuard} from "../valuation/IPriceGuard.sol";

/// @notice What is offered, fixed when the offering opens.
/// @param id the asset
/// @param currency what is paid; fixed, and only a currency that arrives as sent
/// @param price base units of `currency` per share
/// @param softCap shares below which the offering fails
/// @param hardCap most shares
/// @param minTicket fewest shares of one subscription, unless fewer are left
/// @param maxPerInvestor most shares of one investor over all his wallets; 0 for no limit
/// @param opensAt first second of the window
/// @param closesAt last second of the window
/// @param feeBps part of the proceeds that goes to `feeRecipient`, in 1/10,000, rounded down
/// @param feeRecipient zero only without fee
/// @param treasury who gets the rest of the proceeds
struct OfferingTerms {
    uint256 id;
    address currency;
    uint256 price;
    uint64 softCap;
    uint64 hardCap;
    uint64 minTicket;
    uint64 maxPerInvestor;
    uint48 opensAt;
    uint48 closesAt;
    uint16 feeBps;
    address feeRecipient;
    address treasury;
}

/// @notice Open sells · Succeeded allots and pays out · Failed refunds. There is no way back.
enum OfferingPhase {
    None,
    Open,
    Succeeded,
    Failed
}

/// @notice An offering as it stands.
/// @param sold shares subscribed and not refunded, allotted ones included
/// @param allotted shares issued to their buyers
/// @param closedAt when it was closed; 0 while open
/// @param treasuryPaid, feePaid base units paid out so far
struct Offering {
    OfferingTerms terms;
    OfferingPhase phase;
    uint64 sold;
    uint64 allotted;
    uint48 closedAt;
    uint256 treasuryPaid;
    uint256 feePaid;
}

/// @title Primary distribution
/// @notice Sells the shares of a listed asset at one price. Buyers pay into escrow and get an entitlement; after the window
/// the offering succeeds (soft cap reached: shares are issued against the money) or fails (everybody may take back
/// exactly what he paid). The escrow covers every refund in every phase (I-8).
/// @dev Money leaves by pull. An issue that the register refuses keeps entitlement and money where they are and stops
/// nobody else (I-14): a rule may come to refuse a buyer after he paid, holder limits above all, because entitlements are
/// not holdings yet.
interface IOfferingDesk {
    event OfferingOpened(uint256 indexed offeringId, uint256 indexed id, OfferingTerms terms);
    event Subscribed(uint256 indexed offeringId, address indexed buyer, uint64 shares, uint256 cost);
    event OfferingClosed(uint256 indexed offeringId, OfferingPhase phase, uint64 sold);
    /// @notice The register did not let the desk move the asset to its next state, so that the issuer has to; the offering itself
    /// is closed.
    event AssetStateKept(uint256 indexed offeringId, uint256 indexed id, bytes reason);
    event Allotted(uint256 indexed offeringId, address indexed buyer, uint64 shares, uint256 cost);
    /// @notice The issue to `buyer` failed with `reason` (its first 256 bytes); everything stays as it was.
    event AllotmentRefused(uint256 indexed offeringId, address indexed buyer, bytes reason);
    event Refunded(uint256 indexed offeringId, address indexed buyer, uint64 shares, uint256 amount);
    /// @notice `buyer` was lost; what he was entitled to, shares or money, went to the wallet that stands for him.
    event EntitlementSucceeded(uint256 indexed offeringId, address indexed buyer, address indexed successor);
    event ProceedsWithdrawn(uint256 indexed offeringId, address indexed treasury, uint256 amount);
    event FeeWithdrawn(uint256 indexed offeringId, address indexed feeRecipient, uint256 amount);
    /// @notice `guard` says from now on whether an asset's price can be used; zero for always.
    event PriceGuardSet(IPriceGuard indexed guard);

    /// @notice No offering has this number.
    /// @dev Check the number; `offeringCount` is the highest.
    error OfferingDeskUnknownOffering(uint256 offeringId);
    /// @notice The price is 0 or above 2^128 − 1, or there is no contract at `currency`.
    /// @dev Correct the price, or name the address of an ERC-20.
    error OfferingDeskInvalidPrice(address currency, uint256 price);
    /// @notice These have to hold: 0 < softCap ≤ hardCap, minTicket ≤ hardCap, and maxPerInvestor 0 or at least minTicket.
    /// @dev Correct the caps.
    error OfferingDeskInvalidCaps(uint64 softCap, uint64 hardCap, uint64 minTicket, uint64 maxPerInvestor);
    /// @notice The window has to end after it begins, and after `time`.
    /// @dev Choose a window that is not over yet.
    error OfferingDeskInvalidWindow(uint48 opensAt, uint48 closesAt, uint256 time);
    /// @notice The treasury is missing, or the fee is above 100 % or has no recipient.
    /// @dev Name a treasury, and a recipient for the fee.
    error OfferingDeskInvalidPayees(address treasury, address feeRecipient, uint16 feeBps);
    /// @notice The asset has to be Listed for this, but is in `state`.
    /// @dev Open the offering while the asset is Listed; `asset show` tells its state.
    error OfferingDeskAssetNotListed(uint256 id, AssetState state);
    /// @notice No custodian's word holds for the asset now (see `ICustodyDesk.isBacked`).
    /// @dev Have the custodian attest the thing's existence again, or the issuer renew the anchor.
    error OfferingDeskNotBacked(uint256 id);
    /// @notice The asset is offered only while its value can be used as a price, and `code` says why it cannot (docs/formats.md, section 9).
    /// @dev Look with `asset value`, and remove the cause.
    error OfferingDeskPriceNotUsable(uint256 id, uint8 code);
    /// @notice Only `available` shares may still be issued.
    /// @dev Offer at most `available` shares.
    error OfferingDeskCapExceeded(uint256 id, uint64 hardCap, uint256 available);
    /// @notice The asset's earlier offering is open, or still has shares to issue or refund.
    /// @dev Close it, and allot or refund every entitlement in it.
    error OfferingDeskUnfinished(uint256 id, uint256 offeringId);
    /// @notice The offering is in `phase`, in which this is not possible.
    /// @dev Wait for the phase in which this is possible; a closed offering never opens again.
    error OfferingDeskWrongPhase(uint256 offeringId, OfferingPhase phase);
    /// @notice The offering sells only within its window, and it is `time` now.
    /// @dev Subscribe from `opensAt` to `closesAt`.
    error OfferingDeskOutsideWindow(uint256 offeringId, uint48 opensAt, uint48 closesAt, uint256 time);
    /// @notice Before the end of the window an offering is closed by the issuer only, and only when sold out.
    /// @dev Wait until the window is over; then anybody may close it.
    error OfferingDeskNotSoldOut(uint256 offeringId, uint64 sold, uint64 hardCap);
    /// @notice The window is open until the end of `closesAt`.
    /// @dev Close it after `closesAt`.
    error OfferingDeskStillOpen(uint256 offeringId, uint48 closesAt, uint256 time);
    /// @notice The register would not issue to `buyer`; `code` is that of docs/formats.md, section 5.
    /// @dev Look `code` up in the table of reasons, remove the reason, and subscribe again.
    error OfferingDeskRefused(uint256 offeringId, address buyer, uint8 code);
    /// @notice Only `left` shares are left, fewer than the buyer's minimum.
    /// @dev Subscribe with a lower minimum, or not at all.
    error OfferingDeskTooFewLeft(uint256 offeringId, uint64 minShares, uint64 left);
    /// @notice One subscription takes at least `minTicket` shares, unless fewer are left.
    /// @dev Subscribe for `minTicket` shares or more.
    error OfferingDeskBelowTicket(uint256 offeringId, uint64 shares, uint64 minTicket);
    /// @notice The investor would have subscribed `shares` in all his wallets.
    /// @dev Subscribe for fewer shares; all wallets of an investor count together.
    error OfferingDeskInvestorLimit(uint256 offeringId, InvestorId investor, uint256 shares, uint64 limit);
    /// @notice The shares cost more than the buyer said he would pay.
    /// @dev Allow a higher cost, or subscribe for fewer shares.
    error OfferingDeskCostTooHigh(uint256 offeringId, uint256 cost, uint256 maxCost);
    /// @notice A currency that takes a fee on transfers, or moves balances by itself, cannot be held in escrow.
    /// @dev Offer the asset in a currency that arrives as sent.
    error OfferingDeskReceived(address currency, uint256 expected, uint256 received);
    /// @notice The buyer has nothing left in this offering.
    /// @dev Check the buyer's address; he may have been served or refunded before.
    error OfferingDeskNoEntitlement(uint256 offeringId, address buyer);
    /// @notice The entitlement can be allotted; anybody may ask for a refund from `refundableFrom` on.
    /// @dev Ask for the allotment, or for the refund from `refundableFrom` on.
    error OfferingDeskNotRefundable(uint256 offeringId, address buyer, uint256 refundableFrom);
    /// @notice Nothing is due to `payee` now.
    /// @dev Allot shares first; their price is then due.
    error OfferingDeskNothingDue(uint256 offeringId, address payee);

    /// @notice Names who says whether an asset's price can be used; zero for nobody. For compliance.
    function setPriceGuard(IPriceGuard guard) external;

    function priceGuard() external view returns (IPriceGuard);

    /// @notice Opens an offering of a listed, backed asset, which becomes Offered. Ids start with 1. For the issuer.
    function open(OfferingTerms calldata terms) external returns (uint256 offeringId);

    /// @notice Subscribes up to `shares` shares for the caller, but at least `minShares` and for at most `maxCost`, and pays for them.
    /// Nobody can subscribe for another, whatever allowance that other has given.
    /// @return got shares subscribed: `shares`, or all that were left under the hard cap
    function subscribe(
        uint256 offeringId,
        uint64 shares,
        uint64 minShares,
        uint256 maxCost
    ) external returns (uint64 got);

    /// @notice `subscribe` with an ERC-2612 permit of `maxCost` to this desk. If somebody else has brought the permit before, the
    /// allowance that it left is used.
    function subscribeWithPermit(
        uint256 offeringId,
        uint64 shares,
        uint64 minShares,
        uint256 maxCost,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint64 got);

    /// @notice Closes an offering whose window is over: Succeeded from the soft cap on (the asset becomes Active), else Failed
    /// (the asset becomes Listed again). Anybody may.
    function close(uint256 offeringId) external;

    /// @notice Closes an offering that is sold out before its window is over. For the issuer.
    function closeSoldOut(uint256 offeringId) external;

    /// @notice Issues what the buyers are entitled to; their money becomes proceeds. Anybody may, page by page, while the asset is
    /// backed. Buyers without an entitlement are passed over; an issue that fails is an event and stops nobody. What a lost wallet
    /// bought is issued to the wallet that stands for it (I-12).
    function allot(uint256 offeringId, address[] calldata buyers) external;

    /// @notice Pays a buyer back exactly what he paid and ends his entitlement. Anybody may when the offering failed, or
    /// when it succeeded and was closed 30 days ago without an allotment; the buyer himself also as soon as the register
    /// refuses him (not the asset as a whole: a pause or a failing rule cancels nobody's purchase). The wallet that stands for a
    /// lost one is paid in its stead and is the buyer himself here.
    function refund(uint256 offeringId, address buyer) external;

    /// @notice Pays the treasury its part of the proceeds so far. Anybody may.
    function withdrawProceeds(uint256 offeringId) external;

    /// @notice Pays the fee recipient his part of the proceeds so far. Anybody may; a recipient who cannot be paid does
    /// not keep the treasury from its money.
    function withdrawFee(uint256 offeringId) external;

    function offeringOf(uint256 offeringId) external view returns (Offering memory);

    /// @notice How many offerings were opened; also the newest one's id.
    function offeringCount() external view returns (uint256);

    /// @notice Shares that `buyer` has paid for and neither got nor given back.
    function entitlementOf(uint256 offeringId, address buyer) external view returns (uint64);

    /// @notice What `shares` shares cost, exactly.
    function costOf(uint256 offeringId, uint64 shares) external view returns (uint256);

    /// @notice Shares that an investor subscribed in all his wallets.
    function subscribedBy(uint256 offeringId, InvestorId investor) external view returns (uint256);

    /// @notice What `withdrawProceeds` and `withdrawFee` would pay now.
    function proceedsDue(uint256 offeringId) external view returns (uint256 toTreasury, uint256 toFeeRecipient);

    /// @notice What the desk holds for this offering: money of entitlements and proceeds not yet paid out.
    function escrowOf(uint256 offeringId) external view returns (uint256);
}
