// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {InvestorId} from "../investors/IInvestorRegistry.sol";
import {AssetState} from "../shares/IShareToken.sol";
import {SaleKind, Subscription} from "./OfferingTypes.sol";

/// @title Selling: subscriptions within the window
/// @notice Buyers pay into escrow and get an entitlement. Limits per investor count all his wallets (D4); those per class count by
/// what the register knows of him when he subscribes last.
interface IOfferingSale {
    event Subscribed(uint256 indexed offeringId, address indexed buyer, uint64 shares, uint256 cost);
    /// @notice `referrer` is paid for what `buyer` gets in this offering.
    event Referred(uint256 indexed offeringId, address indexed buyer, address indexed referrer);
    /// @notice The buyer took back all that he had subscribed; the shares are on sale again.
    event SubscriptionCancelled(
        uint256 indexed offeringId,
        address indexed buyer,
        address indexed receiver,
        uint64 shares,
        uint256 amount
    );
    /// @notice Nothing that `buyer` signed under `nonce` counts any more.
    event NonceRevoked(address indexed buyer, uint256 nonce);

    /// @notice The offering sells only within its window, and it is `time` now.
    /// @dev Subscribe from `opensAt` to `closesAt`.
    error OfferingDeskOutsideWindow(uint256 offeringId, uint48 opensAt, uint48 closesAt, uint256 time);
    /// @notice The asset is offered only while its value can be used as a price, and `code` says why it cannot (docs/formats.md, section 9).
    /// @dev Look with `asset value`, and remove the cause.
    error OfferingDeskPriceNotUsable(uint256 id, uint8 code);
    /// @notice The register would not issue to `buyer`; `code` is that of docs/formats.md, section 5.
    /// @dev Look `code` up in the table of reasons, remove the reason, and subscribe again.
    error OfferingDeskRefused(uint256 offeringId, address buyer, uint8 code);
    /// @notice Only `left` shares are left, fewer than the buyer's minimum. Of a reservation a wallet takes at most the hard cap.
    /// @dev Subscribe with a lower minimum, or not at all.
    error OfferingDeskTooFewLeft(uint256 offeringId, uint64 minShares, uint64 left);
    /// @notice One subscription takes at least `minTicket` shares, unless fewer are left.
    /// @dev Subscribe for `minTicket` shares or more.
    error OfferingDeskBelowTicket(uint256 offeringId, uint64 shares, uint64 minTicket);
    /// @notice The investor would have subscribed `shares` in all his wallets.
    /// @dev Subscribe for fewer shares; all wallets of an investor count together.
    error OfferingDeskInvestorLimit(uint256 offeringId, InvestorId investor, uint256 shares, uint64 limit);
    /// @notice Investors of these classes would have subscribed `shares` together.
    /// @dev Subscribe for fewer shares, or not at all; what is left is for investors of other classes.
    error OfferingDeskClassLimit(uint256 offeringId, uint16 classes, uint256 shares, uint64 limit);
    /// @notice The shares cost more than the buyer said he would pay.
    /// @dev Allow a higher cost, or subscribe for fewer shares.
    error OfferingDeskCostTooHigh(uint256 offeringId, uint256 cost, uint256 maxCost);
    /// @notice A currency that takes a fee on transfers, or moves balances by itself, cannot be held in escrow.
    /// @dev Offer the asset in a currency that arrives as sent.
    error OfferingDeskReceived(address currency, uint256 expected, uint256 received);
    /// @notice The issuer has not named `referrer` for this offering, or he is the buyer or of the same investor, or another one
    /// brought this buyer.
    /// @dev Subscribe with the right referrer, or without.
    error OfferingDeskInvalidReferrer(uint256 offeringId, address buyer, address referrer);
    /// @notice The signed subscription's last second has passed.
    /// @dev Have the buyer sign another one.
    error OfferingDeskExpired(uint64 deadline, uint256 time);
    /// @notice The buyer has used or revoked this nonce.
    /// @dev Have him sign with another nonce; if his subscription was brought before, do nothing.
    error OfferingDeskNonceUsed(address buyer, uint256 nonce);
    /// @notice The signature is not the buyer's over exactly this subscription, this desk and this chain.
    /// @dev Have the buyer sign `hashSubscription` of what is brought.
    error OfferingDeskInvalidSignature(address buyer, bytes32 digest);
    /// @notice What was subscribed may be cancelled until the end of `cancelUntil`, by the buyer, and it is `time` now.
    /// @dev Wait for the close; a failed offering pays everybody back.
    error OfferingDeskNotCancellable(uint256 offeringId, uint48 cancelUntil, uint256 time);
    /// @notice The entitlement is `buyer`'s, or the wallet's that stands for him if it was lost.
    /// @dev Send the transaction from that wallet.
    error OfferingDeskNotBuyer(uint256 offeringId, address buyer, address caller);

    /// @notice Subscribes up to `shares` shares for the caller, but at least `minShares` and for at most `maxCost`, and pays for them.
    /// Nobody can subscribe for another without his signature, whatever allowance that other has given.
    /// @return got shares subscribed: `shares`, or all that were left under the hard cap
    function subscribe(
        uint256 offeringId,
        uint64 shares,
        uint64 minShares,
        uint256 maxCost
    ) external returns (uint64 got);

    /// @notice `subscribe`, brought by `referrer`. The first subscription that names one decides for all of the buyer's in this offering.
    function subscribeReferred(
        uint256 offeringId,
        uint64 shares,
        uint64 minShares,
        uint256 maxCost,
        address referrer
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

    /// @notice Subscribes for a buyer who has signed it, also for a contract that says so (ERC-1271). The buyer pays, out of his
    /// allowance to this desk; anybody may bring it, once.
    function subscribeSigned(
        Subscription calldata subscription,
        bytes calldata signature
    ) external returns (uint64 got);

    /// @notice Makes everything void that the caller has signed or will sign under `nonce`.
    function revokeNonce(uint256 nonce) external;

    /// @notice Takes back all that `buyer` has subscribed, until the end of `cancelUntil`. For him, or the wallet that stands for him.
    function cancel(uint256 offeringId, address buyer) external;

    function isNonceUsed(address buyer, uint256 nonce) external view returns (bool);

    /// @notice The EIP-712 digest that the buyer signs.
    function hashSubscription(Subscription calldata subscription) external view returns (bytes32);
}
