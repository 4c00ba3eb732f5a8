// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {RecordIncome, RecordStanding, RecordTerms} from "./IncomeTypes.sol";

/// @title Distributions by the register at a record
/// @notice Each holder gets `perShare × shares` less tax, once, whoever asks for it, in any order; what does not divide is named
/// and carried into the asset's next distribution in this currency (I-7). Tax is rounded down per holder, and gross is net plus tax to
/// the unit (P61).
interface IRecordDistributions {
    event DistributionDeclared(
        uint256 indexed distribution,
        uint256 indexed id,
        uint32 indexed record,
        address currency,
        uint256 received,
        uint256 carriedIn,
        uint256 perShare,
        uint256 remainder
    );
    /// @notice The rest of a declared distribution's terms.
    event RecordTermsFixed(
        uint256 indexed distribution,
        uint32 withholding,
        uint48 expiresAt,
        address reclaimTo,
        address[] excluded,
        address[] escrows
    );
    /// @notice `holder` was paid `gross − withheld`.
    event IncomePaid(uint256 indexed distribution, address indexed holder, uint256 gross, uint256 withheld);
    /// @notice `owner` was paid `gross − withheld` for the shares that `escrow` held for him.
    event IncomePaidThrough(
        uint256 indexed distribution,
        address indexed escrow,
        address indexed owner,
        uint256 gross,
        uint256 withheld
    );
    /// @notice `holder` could not be paid for `reason` (its first 256 bytes); he stays payable.
    event PaymentFailed(uint256 indexed distribution, address indexed holder, bytes reason);

    /// @notice The distribution is a list.
    /// @dev Claim with a leaf and its proof.
    error IncomeDeskNotByRecord(uint256 distribution);
    /// @notice `pot` is less than one base unit per share.
    /// @dev Declare at least one base unit per share, or wait until more has come in.
    error IncomeDeskTooSmall(uint256 id, uint256 pot, uint256 supply);
    /// @notice The asset's table of withholding tax is `current`.
    /// @dev Look at that table, and declare with its number.
    error IncomeDeskWithholdingChanged(uint256 id, uint32 expected, uint32 current);
    /// @notice A distribution excludes at most `most` accounts and looks through at most as many escrows.
    /// @dev Pay by a list.
    error IncomeDeskTooManyAccounts(uint256 count, uint256 most);
    /// @notice The account is named twice among excluded accounts and escrows.
    /// @dev Name it once.
    error IncomeDeskAccountTwice(address account);
    /// @notice The registry does not know `account` as an address of this suite.
    /// @dev Exclude the account, or have the admin mark the escrow with `setProtocolAddress`.
    error IncomeDeskNotAnEscrow(address account);
    /// @notice The holder was paid before.
    /// @dev Do nothing; the holder has the money.
    error IncomeDeskAlreadyPaid(uint256 distribution, address holder);
    /// @notice `holder` had no shares at the record.
    /// @dev Check the holder's address and the record.
    error IncomeDeskNothingDue(uint256 distribution, address holder);
    /// @notice The distribution pays this account nothing: its shares are excluded, or held for others.
    /// @dev Owners of shares in an escrow claim with `claimThrough`.
    error IncomeDeskNotAHolder(uint256 distribution, address account, RecordStanding standing);
    /// @notice The distribution does not look through this account.
    /// @dev Check the address; the distribution's terms name its escrows.
    error IncomeDeskNotLookedThrough(uint256 distribution, address escrow);
    /// @notice The holder's verification has expired, which costs `rateBps` instead of `verifiedBps`; only he may accept that.
    /// @dev Have the registrar renew the verification, or let the holder claim himself.
    error IncomeDeskVerificationExpired(uint256 distribution, address holder, uint256 rateBps, uint256 verifiedBps);
    /// @notice The escrow does not say how many shares it held for `owner`.
    /// @dev Ask whoever runs the escrow.
    error IncomeDeskEscrowSilent(address escrow, address owner);
    /// @notice The escrow says that it held `asked` shares for this owner, but only `left` of what it held are not claimed yet.
    /// @dev Report it: the escrow's books do not add up to what it held.
    error IncomeDeskEscrowExceeded(uint256 distribution, address escrow, address owner, uint256 asked, uint256 left);

    /// @notice Takes money from the caller and makes it payable to the holders at a past record. Numbers start with 1. For the paying
    /// agent.
    function declare(RecordTerms calldata terms) external returns (uint256 distribution);

    /// @notice Pays `holder` what he is due. Anybody may; the money goes to the holder, or to the wallet that stands for a lost one
    /// (I-12). Paid is paid: what a lost wallet was paid is not paid to its successor again (P64).
    function claim(uint256 distribution, address holder) external;

    /// @notice `claim` for a page of holders. Those paid before or without a claim are passed over; a payment that fails is
    /// an event and stops nobody.
    /// @return paid how many were paid
    function claimMany(uint256 distribution, address[] calldata holders) external returns (uint256 paid);

    /// @notice Pays `owner` for the shares that a looked-through escrow held for him at the record, as the escrow says
    /// (`IBeneficialHolders`). Whatever an escrow says, its owners together get what it held and no more. Anybody may.
    function claimThrough(uint256 distribution, address escrow, address owner) external;

    /// @notice What `claim` would pay `holder` now, and the tax that it would hold back; zeros if nothing.
    function dueTo(uint256 distribution, address holder) external view returns (uint256 gross, uint256 withheld);

    /// @notice What would arrive at `holder` if he claimed now; 0 if he was paid.
    function payableTo(uint256 distribution, address holder) external view returns (uint256);

    /// @notice What `claimThrough` would pay `owner` now, and the tax; zeros if nothing, or if the escrow says nothing sensible.
    function dueThrough(
        uint256 distribution,
        address escrow,
        address owner
    ) external view returns (uint256 gross, uint256 withheld);

    function isPaid(uint256 distribution, address holder) external view returns (bool);
    function isPaidThrough(uint256 distribution, address escrow, address owner) external view returns (bool);

    /// @notice Shares of an escrow whose owners were paid.
    function claimedThrough(uint256 distribution, address escrow) external view returns (uint256 shares);

    function recordIncomeOf(uint256 distribution) external view returns (RecordIncome memory);

    /// @notice Whether `account` is a holder like any other, excluded, or an escrow.
    function standingOf(uint256 distribution, address account) external view returns (RecordStanding);

    /// @notice The remainder that the asset's next record distribution in `currency` begins with.
    function carriedOf(uint256 id, address currency) external view returns (uint256);
}
