// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @notice FirstCome sells in the order of subscriptions, tier by tier, until nothing is left. Reservation takes every subscription
/// of the window at one price, and divides the hard cap pro rata if more was reserved.
enum SaleKind {
    FirstCome,
    Reservation
}

/// @notice Shares at one price.
/// @param upTo how many shares are sold when this tier is used up, counted over all tiers
/// @param price base units of the currency per share
struct Tier {
    uint64 upTo;
    uint128 price;
}

/// @notice Most shares of all investors together that have at least one of these classes.
/// @param classes bits of `Profile.classes`
struct ClassCap {
    uint16 classes;
    uint64 most;
}

/// @notice A class cap as it stands.
/// @param used shares that investors of these classes have subscribed
struct ClassCount {
    uint16 classes;
    uint64 most;
    uint64 used;
}

/// @notice When what is allotted may move: none of it before `cliff`, all of it from `until` on, between them the part of the time
/// since `from` that has passed, rounded down. All zero for at once; `cliff` = `until` for all of it at one time.
struct LockUp {
    uint48 from;
    uint48 cliff;
    uint48 until;
}

/// @notice What is offered, fixed when the offering opens, together with its tiers and class caps.
/// @param id the asset
/// @param currency what is paid; one that compliance allows, and that arrives as sent
/// @param kind how it is sold
/// @param softCap shares below which the offering fails
/// @param hardCap most shares
/// @param minTicket fewest shares of one subscription, unless fewer are left
/// @param maxPerInvestor most shares of one investor over all his wallets; 0 for no limit
/// @param opensAt first second of the window
/// @param closesAt last second of the window
/// @param cancelUntil last second in which a buyer may cancel what he subscribed; 0 for never
/// @param feeBps part of the proceeds that goes to `feeRecipient`, in 1/10,000, rounded down
/// @param commissionBps part of what a referred buyer paid that goes to his referrer, out of the treasury's part
/// @param feeRecipient zero only without fee
/// @param treasury who gets the rest of the proceeds
/// @param retained shares that are issued to `retainedBy` on success, on top of the hard cap
/// @param retainedBy zero only if nothing is retained
/// @param lockUp holds for allotted and for retained shares: nobody may sell ahead of the buyers
struct OfferingTerms {
    uint256 id;
    address currency;
    SaleKind kind;
    uint64 softCap;
    uint64 hardCap;
    uint64 minTicket;
    uint64 maxPerInvestor;
    uint48 opensAt;
    uint48 closesAt;
    uint48 cancelUntil;
    uint16 feeBps;
    uint16 commissionBps;
    address feeRecipient;
    address treasury;
    uint64 retained;
    address retainedBy;
    LockUp lockUp;
}

/// @notice Open sells · Prorating waits for the division of an oversubscribed reservation · Succeeded allots and pays out · Failed
/// refunds. There is no way back.
enum OfferingPhase {
    None,
    Open,
    Succeeded,
    Failed,
    Prorating
}

/// @notice An offering as it stands.
/// @param sold shares subscribed and not refunded, allotted ones included; the hard cap once a reservation is divided
/// @param allotted shares issued to their buyers
/// @param closedAt when it was closed; 0 while open
/// @param retainedIssued whether the retained shares were issued
/// @param reserved shares that were reserved in all, if more than the hard cap were; else 0
/// @param threshold, cutoff who gets one share more than his part rounded down (see `IOfferingAllotment.prorate`)
/// @param escrow base units that the desk holds for this offering
/// @param proceeds base units that were paid for what is allotted; of it commission, and what was paid out so far, in base units
struct Offering {
    OfferingTerms terms;
    OfferingPhase phase;
    uint64 sold;
    uint64 allotted;
    uint48 closedAt;
    bool retainedIssued;
    uint64 reserved;
    uint64 threshold;
    uint32 cutoff;
    uint256 escrow;
    uint256 proceeds;
    uint256 commission;
    uint256 treasuryPaid;
    uint256 feePaid;
}

/// @notice A subscription that its buyer signed (EIP-712; docs/formats.md, section 1). The buyer pays, anybody may bring it.
/// @param nonce any number that the buyer has not used
/// @param deadline last second in which it may be brought
struct Subscription {
    uint256 offeringId;
    address buyer;
    uint64 shares;
    uint64 minShares;
    uint256 maxCost;
    address referrer;
    uint256 nonce;
    uint64 deadline;
}

/// @notice What a wallet has in an offering.
/// @param shares what it is entitled to: neither allotted nor given back; of a divided reservation, its part
/// @param paid base units in escrow for it
/// @param excess how much of `paid` is for shares that were reserved and not got; it can be taken back at once
/// @param place where it stands among the offering's buyers, from 0
/// @param referrer who brought the buyer; zero for nobody
struct Entitlement {
    uint64 shares;
    uint256 paid;
    uint256 excess;
    uint32 place;
    address referrer;
}

/// @notice Shares of a holder that the desk has locked.
/// @param total allotted to him under the lock-up
/// @param left not released yet
struct Lock {
    uint64 total;
    uint64 left;
}
