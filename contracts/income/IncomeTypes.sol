// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @notice How a distribution says who is due what: by the register at a record, or by a published list.
enum DistributionKind {
    None,
    Record,
    List
}

/// @notice Where a distribution is. A record's is payable when it is declared; a list is announced, funded, and then published or
/// cancelled. Payable stays payable; only time ends it, see `expiresAt`.
enum DistributionPhase {
    None,
    Announced,
    Payable,
    Cancelled
}

/// @notice What distributions of both kinds have in common. The terms never change; `paid`, `withheld`, `taxWithdrawn` and
/// `reclaimed` only grow.
/// @param id the asset
/// @param currency what is paid, base units of which all amounts are
/// @param record whose holders are paid
/// @param expiresAt last second (Unix) in which it is paid; 0: never ends
/// @param total gross amount of all who are due something
/// @param paid gross amount of those who were paid
/// @param withheld tax held back of `paid`
/// @param taxWithdrawn what of it the tax account has got
/// @param reclaimed what `reclaimTo` got after the end
/// @param reclaimTo who gets what nobody has claimed in time; zero if it never ends
/// @param taxAccount who gets the tax; zero if none is withheld
struct Distribution {
    uint256 id;
    address currency;
    uint32 record;
    uint48 expiresAt;
    DistributionKind kind;
    DistributionPhase phase;
    uint256 total;
    uint256 paid;
    uint256 withheld;
    uint256 taxWithdrawn;
    uint256 reclaimed;
    address reclaimTo;
    address taxAccount;
}

/// @notice What the paying agent declares for the holders at a record.
/// @param id the asset
/// @param record whose holders are paid; it has to be readable
/// @param currency an allowed ERC-20
/// @param amount base units to be taken from the caller; what counts is what arrives
/// @param withholding the table of withholding tax that the caller expects; it has to be the asset's current one, 0 if it has none
/// @param expiresAt last second in which holders may claim, at least 30 days from now; 0: for ever
/// @param reclaimTo who gets the rest after that; zero exactly if `expiresAt` is
/// @param excluded at most 32 accounts whose shares get nothing (treasury shares, a pool)
/// @param escrows at most 32 protocol addresses that hold for others, who are paid in their stead (`claimThrough`)
struct RecordTerms {
    uint256 id;
    uint32 record;
    address currency;
    uint256 amount;
    uint32 withholding;
    uint48 expiresAt;
    address reclaimTo;
    address[] excluded;
    address[] escrows;
}

/// @notice The part of a distribution that only a record's has.
/// @param supply shares at the record, those of excluded accounts not counted
/// @param received base units that arrived with the declaration
/// @param carriedIn remainder of the asset's last record distribution in this currency, paid out with this one
/// @param perShare gross base units per share, rounded down
/// @param remainder `received + carriedIn − perShare × supply`, carried into the next
/// @param withholding number of the table of withholding tax; 0: none
struct RecordIncome {
    uint256 supply;
    uint256 received;
    uint256 carriedIn;
    uint256 perShare;
    uint256 remainder;
    uint32 withholding;
}

/// @notice What a shareholder is at a record distribution.
enum RecordStanding {
    Holder,
    Excluded,
    Escrow
}

/// @notice What the paying agent announces of a list (docs/formats.md, section 10).
/// @param id the asset
/// @param record whose holders are listed; it has to be readable
/// @param currency an allowed ERC-20
/// @param salt tells lists of one record and currency apart
/// @param root of the tree over all leaves
/// @param count how many leaves there are
/// @param gross sum of the leaves' gross amounts, which has to be funded to the unit
/// @param withheld sum of the leaves' withheld amounts, a part of `gross`
/// @param taxAccount who gets what is withheld; zero exactly if nothing is
/// @param expiresAt last second in which it is paid, at least 30 days after publication; 0: for ever
/// @param reclaimTo who gets the rest after that; zero exactly if `expiresAt` is
/// @param planHash hash of the published file from which the tree was made
struct ListTerms {
    uint256 id;
    uint32 record;
    address currency;
    bytes32 salt;
    bytes32 root;
    uint256 count;
    uint256 gross;
    uint256 withheld;
    address taxAccount;
    uint48 expiresAt;
    address reclaimTo;
    bytes32 planHash;
}

/// @notice The part of a distribution that only a list has.
/// @param listKey what its leaves begin with, so that they fit no other list
/// @param root of the tree over all leaves
/// @param count how many leaves there are
/// @param withheld sum of the leaves' withheld amounts
/// @param funded what was given for it and not taken back
/// @param planHash hash of the published file
struct IncomeList {
    bytes32 listKey;
    bytes32 root;
    uint256 count;
    uint256 withheld;
    uint256 funded;
    bytes32 planHash;
}

/// @notice One line of a list.
/// @param index its place, from 0
/// @param holder who is paid, or the wallet that stands for him
/// @param gross base units before tax
/// @param withheld the part of `gross` that is tax
struct ListLeaf {
    uint256 index;
    address holder;
    uint256 gross;
    uint256 withheld;
}

/// @notice One line of a table of withholding tax. It fits an investor of this country who has one of these classes.
/// @param country ISO 3166-1 numeric; 0: any
/// @param classes class bits, of which one is enough; 0: any
/// @param rateBps tax, in 1/10,000 of the gross amount
struct WithholdingRow {
    uint16 country;
    uint16 classes;
    uint16 rateBps;
}

/// @notice Who pays which rate; never changed.
/// @param taxAccount who gets the tax
/// @param fallbackBps rate of those whom no row fits, who are unknown, or whose verification has expired
/// @param rows at most 32; the first that fits counts
struct WithholdingTable {
    address taxAccount;
    uint16 fallbackBps;
    WithholdingRow[] rows;
}
