// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Who gets the proceeds: treasury, fee recipient and referrers
/// @notice All three are paid by pull, each without the others. The fee is of all proceeds so far, so that it is the same in many parts
/// as in one. A commission is of each allotment, rounded down, and at most what the fee leaves of it; the treasury gets the rest.
interface IOfferingProceeds {
    event ReferrerSet(uint256 indexed offeringId, address indexed referrer, bool named);
    event CommissionEarned(uint256 indexed offeringId, address indexed referrer, address indexed buyer, uint256 amount);
    event ProceedsWithdrawn(uint256 indexed offeringId, address indexed treasury, uint256 amount);
    event FeeWithdrawn(uint256 indexed offeringId, address indexed feeRecipient, uint256 amount);
    /// @notice `receiver` is the referrer, or the wallet that stands for him.
    event CommissionWithdrawn(
        uint256 indexed offeringId,
        address indexed referrer,
        address indexed receiver,
        uint256 amount
    );

    /// @notice Nothing is due to `payee` now.
    /// @dev Allot shares first; their price is then due.
    error OfferingDeskNothingDue(uint256 offeringId, address payee);
    /// @notice The offering pays no commission, or there is no such account.
    /// @dev Name an account, in an offering whose terms have a commission.
    error OfferingDeskNoCommission(uint256 offeringId, address referrer);

    /// @notice Names a referrer of this offering, or no longer; whom he has brought already stays his. For the issuer.
    function setReferrer(uint256 offeringId, address referrer, bool named) external;

    /// @notice Pays the treasury its part of the proceeds so far. Anybody may.
    function withdrawProceeds(uint256 offeringId) external;

    /// @notice Pays the fee recipient his part of the proceeds so far. Anybody may; a recipient who cannot be paid does
    /// not keep the treasury from its money.
    function withdrawFee(uint256 offeringId) external;

    /// @notice Pays a referrer, or the wallet that stands for him, what he has earned so far. Anybody may.
    function withdrawCommission(uint256 offeringId, address referrer) external;

    /// @notice What `withdrawProceeds` and `withdrawFee` would pay now.
    function proceedsDue(uint256 offeringId) external view returns (uint256 toTreasury, uint256 toFeeRecipient);

    /// @notice What `withdrawCommission` would pay now.
    function commissionDue(uint256 offeringId, address referrer) external view returns (uint256);

    function isReferrer(uint256 offeringId, address referrer) external view returns (bool);
}
