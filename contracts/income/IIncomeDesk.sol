// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @notice One payment of income, fixed when it is declared except for `paid`.
/// @param id the asset
/// @param record whose holders are paid
/// @param currency what is paid
/// @param supply shares at the record
/// @param received base units that arrived with the declaration
/// @param carriedIn remainder of the asset's last distribution in this currency, paid out with this one
/// @param perShare base units per share, rounded down
/// @param remainder `received + carriedIn − perShare × supply`, carried into the next
/// @param paid base units paid out so far
struct Distribution {
    uint256 id;
    address currency;
    uint32 record;
    uint256 supply;
    uint256 received;
    uint256 carriedIn;
    uint256 perShare;
    uint256 remainder;
    uint256 paid;
}

/// @title Income of the assets
/// @notice Pays rent, royalties or coupons to those who held an asset at a past record (D6), so that shares bought or sold
/// since change nothing. Each holder gets `perShare × shares`, once, whoever asks for it, in any order; what does not
/// divide is named and carried into the next distribution (I-7).
/// @dev Money leaves by pull (`claim`). The push page (`claimMany`) is a convenience in which one holder who cannot be paid
/// stops nobody (I-14) and stays payable.
interface IIncomeDesk {
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
    event IncomePaid(uint256 indexed distribution, address indexed holder, uint256 amount);
    /// @notice `holder` was lost; what he was due went to the wallet that stands for him.
    event IncomePaidToSuccessor(uint256 indexed distribution, address indexed holder, address indexed successor);
    /// @notice `holder` could not be paid for `reason` (its first 256 bytes); he stays payable.
    event PaymentFailed(uint256 indexed distribution, address indexed holder, bytes reason);

    /// @notice No distribution has this number.
    /// @dev Check the number; `distributionCount` is the highest.
    error IncomeDeskUnknownDistribution(uint256 distribution);
    /// @notice There is no contract at `currency`.
    /// @dev Name the address of an ERC-20.
    error IncomeDeskInvalidCurrency(address currency);
    /// @notice Nobody held the asset at the record.
    /// @dev Open a record while somebody holds the asset.
    error IncomeDeskNoHolders(uint256 id, uint32 record);
    /// @notice `pot` is less than one base unit per share.
    /// @dev Declare at least one base unit per share, or wait until more has come in.
    error IncomeDeskTooSmall(uint256 id, uint256 pot, uint256 supply);
    /// @notice The holder was paid before.
    /// @dev Do nothing; the holder has the money.
    error IncomeDeskAlreadyPaid(uint256 distribution, address holder);
    /// @notice `holder` had no shares at the record.
    /// @dev Check the holder's address and the record.
    error IncomeDeskNothingDue(uint256 distribution, address holder);
    /// @notice Only the desk may call itself.
    /// @dev Call `claim` or `claimMany` instead.
    error IncomeDeskNotSelf(address caller);

    /// @notice Takes `amount` of `currency` from the caller and makes it payable to the holders at `record`, which has to be
    /// readable. What counts is what arrives. Numbers start with 1. For the paying agent.
    function declare(
        uint256 id,
        uint32 record,
        address currency,
        uint256 amount
    ) external returns (uint256 distribution);

    /// @notice Pays `holder` what he is due. Anybody may; the money goes to the holder, or to the wallet that stands for a lost one
    /// (I-12). Paid is paid: what a lost wallet was paid is not paid to its successor again (P64).
    function claim(uint256 distribution, address holder) external;

    /// @notice `claim` for a page of holders. Those paid before or without a claim are passed over; a payment that fails is
    /// an event and stops nobody.
    /// @return paid how many were paid
    function claimMany(uint256 distribution, address[] calldata holders) external returns (uint256 paid);

    /// @notice What `claim` would pay `holder` now; 0 if he was paid.
    function payableTo(uint256 distribution, address holder) external view returns (uint256);

    function isPaid(uint256 distribution, address holder) external view returns (bool);
    function distributionOf(uint256 distribution) external view returns (Distribution memory);

    /// @notice How many distributions were declared; also the newest one's number.
    function distributionCount() external view returns (uint256);

    /// @notice What is still to be paid out of a distribution.
    function outstandingOf(uint256 distribution) external view returns (uint256);

    /// @notice The remainder that the asset's next distribution in `currency` begins with.
    function carriedOf(uint256 id, address currency) external view returns (uint256);
}
