// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Distribution} from "./IncomeTypes.sol";

/// @title What all distributions have in common
/// @notice One numbering, from 1, without an end; one currency each, for good (P55). Compliance says which currencies may be
/// used for new ones; what was declared is paid in its own, come what may.
interface IIncomeBook {
    event CurrencySet(address indexed currency, bool allowed);
    /// @notice `holder` was lost; what he was due went to the wallet that stands for him.
    event IncomePaidToSuccessor(uint256 indexed distribution, address indexed holder, address indexed successor);
    event TaxWithdrawn(uint256 indexed distribution, address indexed taxAccount, uint256 amount);
    /// @notice The time was over; what nobody had claimed went to `reclaimTo`.
    event IncomeReclaimed(uint256 indexed distribution, address indexed reclaimTo, uint256 amount);

    /// @notice No distribution has this number.
    /// @dev Check the number; `distributionCount` is the highest.
    error IncomeDeskUnknownDistribution(uint256 distribution);
    /// @notice There is no contract at `currency`.
    /// @dev Name the address of an ERC-20.
    error IncomeDeskInvalidCurrency(address currency);
    /// @notice Compliance has not allowed income in this currency.
    /// @dev Pay in an allowed currency, or ask compliance to allow this one.
    error IncomeDeskCurrencyNotAllowed(address currency);
    /// @notice The currency is allowed, or not allowed, already.
    /// @dev Do nothing; it is so already.
    error IncomeDeskCurrencyUnchanged(address currency, bool allowed);
    /// @notice Nobody held the asset at the record, or excluded accounts alone did.
    /// @dev Open a record while somebody holds the asset.
    error IncomeDeskNoHolders(uint256 id, uint32 record);
    /// @notice A distribution ends never, and then names nobody for the rest; or not before `earliest`, and then names somebody.
    /// @dev Correct the terms. Holders get at least 30 days.
    error IncomeDeskInvalidExpiry(uint256 expiresAt, address reclaimTo, uint256 earliest);
    /// @notice The last second for claims has passed.
    /// @dev Ask `reclaimTo`, who gets what was left.
    error IncomeDeskExpired(uint256 distribution, uint256 expiresAt);
    /// @notice Holders may still claim, up to and including `expiresAt`; 0: for ever.
    /// @dev Wait until that second has passed.
    error IncomeDeskNotExpired(uint256 distribution, uint256 expiresAt);
    /// @notice Nothing is left to be reclaimed.
    /// @dev Do nothing; everybody was paid, or `reclaimTo` has the rest.
    error IncomeDeskNothingLeft(uint256 distribution);
    /// @notice No tax waits to be withdrawn.
    /// @dev Wait until more holders were paid.
    error IncomeDeskNoTaxDue(uint256 distribution);
    /// @notice Only the desk may call itself.
    /// @dev Call the claim that this is a part of instead.
    error IncomeDeskNotSelf(address caller);

    /// @notice Allows new distributions in `currency`, or no longer. For compliance.
    /// @dev WARNING: a currency that changes balances by itself (rebasing) breaks the desk's books. Do not allow one.
    function setCurrency(address currency, bool allowed) external;

    /// @notice Sends the tax that was withheld so far, and not yet sent, to the distribution's tax account. Open: it goes where it is due.
    function withdrawTax(uint256 distribution) external returns (uint256 amount);

    /// @notice After the end sends what nobody has claimed to `reclaimTo`, once. Tax that was withheld is not part of it. Open: it
    /// goes where it is due.
    function reclaim(uint256 distribution) external returns (uint256 amount);

    function isCurrencyAllowed(address currency) external view returns (bool);
    function distributionOf(uint256 distribution) external view returns (Distribution memory);

    /// @notice How many distributions there are; also the newest one's number.
    function distributionCount() external view returns (uint256);

    /// @notice What holders still have to get out of a distribution, gross; 0 for a list that is not published.
    function outstandingOf(uint256 distribution) external view returns (uint256);

    /// @notice What the desk holds for a distribution now: outstanding and tax, or what was given for a list that is not published. All
    /// of them and all that is carried are the desk's balance; nothing that is due for one is ever paid out for another.
    function heldOf(uint256 distribution) external view returns (uint256);
}
