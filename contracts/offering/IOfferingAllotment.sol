// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {OfferingPhase} from "./OfferingTypes.sol";

/// @title What becomes of entitlements: divided, allotted, locked up, or paid back
/// @dev Money leaves by pull. An issue that the register refuses keeps entitlement and money where they are and stops
/// nobody else (I-14): a rule may come to refuse a buyer after he paid, holder limits above all, because entitlements are
/// not holdings yet.
interface IOfferingAllotment {
    /// @notice The hard cap is divided: a reservation of r shares gets r · hardCap / reserved, rounded down, and one share more if
    /// its remainder is above `threshold`, or equal to it and its place below `cutoff`.
    event Prorated(uint256 indexed offeringId, uint64 reserved, uint64 threshold, uint32 cutoff);
    event Allotted(uint256 indexed offeringId, address indexed buyer, uint64 shares, uint256 cost);
    /// @notice The issue to `buyer` failed with `reason` (its first 256 bytes); everything stays as it was.
    event AllotmentRefused(uint256 indexed offeringId, address indexed buyer, bytes reason);
    event RetainedIssued(uint256 indexed offeringId, address indexed receiver, uint64 shares);
    /// @notice The desk has locked these shares of `holder`.
    event LockedUp(uint256 indexed offeringId, address indexed holder, uint64 shares);
    event Released(uint256 indexed offeringId, address indexed holder, uint64 shares);
    /// @notice `shares` is what the buyer was entitled to and is not any more; 0 if only an excess was paid back.
    event Refunded(uint256 indexed offeringId, address indexed buyer, uint64 shares, uint256 amount);
    /// @notice The refund of `buyer`, one of a page, failed with `reason` (its first 256 bytes); everything stays as it was.
    event RefundRefused(uint256 indexed offeringId, address indexed buyer, bytes reason);
    /// @notice `buyer` was lost; what he was entitled to, shares or money, went to the wallet that stands for him.
    event EntitlementSucceeded(uint256 indexed offeringId, address indexed buyer, address indexed successor);

    /// @notice The offering is in `phase`, in which this is not possible.
    /// @dev Wait for the phase in which this is possible; a closed offering never opens again.
    error OfferingDeskWrongPhase(uint256 offeringId, OfferingPhase phase);
    /// @notice Divided like this, `divided` shares would be allotted instead of `hardCap`.
    /// @dev Compute threshold and cutoff again, from all of the offering's buyers in their order.
    error OfferingDeskWrongDivision(
        uint256 offeringId,
        uint64 threshold,
        uint32 cutoff,
        uint256 divided,
        uint64 hardCap
    );
    /// @notice The buyer has nothing left in this offering.
    /// @dev Check the buyer's address; he may have been served or refunded before.
    error OfferingDeskNoEntitlement(uint256 offeringId, address buyer);
    /// @notice The entitlement can be allotted; anybody may ask for a refund from `refundableFrom` on.
    /// @dev Ask for the allotment, or for the refund from `refundableFrom` on.
    error OfferingDeskNotRefundable(uint256 offeringId, address buyer, uint256 refundableFrom);
    /// @notice Nothing is retained, or it was issued before.
    /// @dev Do nothing.
    error OfferingDeskNothingRetained(uint256 offeringId);
    /// @notice Nothing that this desk locked of `holder` in this offering can move yet.
    /// @dev Wait for the lock-up's next time. If the wallet was lost, have its position recovered first.
    error OfferingDeskNothingReleased(uint256 offeringId, address holder);
    /// @notice Only the desk itself calls this.
    /// @dev Call `allot` or `refundMany`.
    error OfferingDeskNotDesk(address caller);

    /// @notice Divides a reservation that took more than the hard cap, by largest remainders, ties by place. Whoever proposes computes
    /// the remainders r · hardCap mod reserved of all buyers off chain and names the last one that gets a share more: by its
    /// remainder, and by one more than its place. The desk goes through the next `count` buyers of this very proposal; at the
    /// last one the parts have to sum to the hard cap, which only the right division does. Anybody may; a wrong proposal
    /// holds up nobody.
    function prorate(uint256 offeringId, uint64 threshold, uint32 cutoff, uint256 count) external;

    /// @notice Issues what the buyers are entitled to, locked up if the terms say so; their money becomes proceeds. Anybody may, page
    /// by page, while the asset is backed. Buyers without an entitlement are passed over; an issue that fails is an event and stops
    /// nobody. What a lost wallet bought is issued to the wallet that stands for it (I-12).
    function allot(uint256 offeringId, address[] calldata buyers) external;

    /// @notice Issues the retained shares of an offering that succeeded. Anybody may, while the asset is backed.
    function issueRetained(uint256 offeringId) external;

    /// @notice Issues and locks up, both or nothing. Only the desk itself calls it.
    function issueLocked(uint256 offeringId, address receiver, uint64 shares) external;

    /// @notice Lets go of what the lock-up of `holder`'s shares frees by now. Anybody may. What enforcement took of locked shares is not
    /// locked any more; a lost holder's shares are let go where they are, at the wallet that stands for him.
    /// @param holder who was issued the shares
    function release(uint256 offeringId, address holder) external;

    /// @notice Pays a buyer back exactly what he paid and ends his entitlement. Anybody may when the offering failed, or
    /// when it succeeded and was closed 30 days ago without an allotment; the buyer himself also as soon as the register
    /// refuses him (not the asset as a whole: a pause or a failing rule cancels nobody's purchase). What was reserved and not got
    /// is paid back at any time after the division, also without the rest. The wallet that stands for a lost one is paid in its stead
    /// and is the buyer himself here.
    function refund(uint256 offeringId, address buyer) external;

    /// @notice `refund` for many. Who has nothing in the offering is passed over; a refund that fails is an event and stops nobody (I-14).
    function refundMany(uint256 offeringId, address[] calldata buyers) external;

    /// @notice One refund of a page, a call of its own so that a failure undoes it and nothing else. Only the desk itself calls it.
    function refundInPage(uint256 offeringId, address buyer) external;
}
