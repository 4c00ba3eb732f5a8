// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SuccessionLib} from "../investors/SuccessionLib.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {IOfferingProceeds} from "./IOfferingProceeds.sol";
import {OfferingBooks} from "./OfferingBooks.sol";
import {OfferingMathLib} from "./OfferingMathLib.sol";
import {OfferingState, OfferingStorage} from "./OfferingState.sol";
import {Offering, OfferingTerms} from "./OfferingTypes.sol";

/// @title The proceeds (see `IOfferingProceeds`)
abstract contract OfferingProceeds is OfferingBooks {
    using OfferingState for OfferingStorage;
    using SafeERC20 for IERC20;
    using OfferingMathLib for OfferingTerms;
    using OfferingMathLib for Offering;
    using SuccessionLib for IShareToken;

    /// @inheritdoc IOfferingProceeds
    mapping(uint256 offeringId => mapping(address referrer => uint256)) public commissionDue;

    /// @inheritdoc IOfferingProceeds
    function setReferrer(uint256 offeringId, address referrer, bool named) external restricted {
        require(
            referrer != address(0) && _books.existing(offeringId).terms.commissionBps != 0,
            OfferingDeskNoCommission(offeringId, referrer)
        );

        _books.referrers[offeringId][referrer] = named;

        emit ReferrerSet(offeringId, referrer, named);
    }

    /// @inheritdoc IOfferingProceeds
    function withdrawProceeds(uint256 offeringId) external nonReentrant {
        Offering storage offering = _books.existing(offeringId);
        address treasury = offering.terms.treasury;
        (uint256 amount, ) = proceedsDue(offeringId);
        require(amount != 0, OfferingDeskNothingDue(offeringId, treasury));

        offering.treasuryPaid += amount;
        offering.escrow -= amount;

        emit ProceedsWithdrawn(offeringId, treasury, amount);

        IERC20(offering.terms.currency).safeTransfer(treasury, amount);
    }

    /// @inheritdoc IOfferingProceeds
    function withdrawFee(uint256 offeringId) external nonReentrant {
        Offering storage offering = _books.existing(offeringId);
        address feeRecipient = offering.terms.feeRecipient;
        (, uint256 amount) = proceedsDue(offeringId);
        require(amount != 0, OfferingDeskNothingDue(offeringId, feeRecipient));

        offering.feePaid += amount;
        offering.escrow -= amount;

        emit FeeWithdrawn(offeringId, feeRecipient, amount);

        IERC20(offering.terms.currency).safeTransfer(feeRecipient, amount);
    }

    /// @inheritdoc IOfferingProceeds
    function withdrawCommission(uint256 offeringId, address referrer) external nonReentrant {
        Offering storage offering = _books.existing(offeringId);
        uint256 amount = commissionDue[offeringId][referrer];
        require(amount != 0, OfferingDeskNothingDue(offeringId, referrer));
        address receiver = shares.successorOf(referrer);

        delete commissionDue[offeringId][referrer];
        offering.escrow -= amount;

        emit CommissionWithdrawn(offeringId, referrer, receiver, amount);

        IERC20(offering.terms.currency).safeTransfer(receiver, amount);
    }

    /// @inheritdoc IOfferingProceeds
    function isReferrer(uint256 offeringId, address referrer) external view returns (bool) {
        return _books.referrers[offeringId][referrer];
    }

    /// @inheritdoc IOfferingProceeds
    function proceedsDue(uint256 offeringId) public view returns (uint256 toTreasury, uint256 toFeeRecipient) {
        Offering storage offering = _books.existing(offeringId);
        uint256 proceeds = offering.proceeds;
        uint256 fee = offering.terms.feeDown(proceeds);
        return (proceeds - fee - offering.commission - offering.treasuryPaid, fee - offering.feePaid);
    }

    /// What `buyer` paid for shares that he has got is proceeds from now on, and his referrer has earned his part.
    function _earn(
        uint256 offeringId,
        Offering storage offering,
        address buyer,
        address referrer,
        uint256 cost
    ) internal {
        uint256 commission = referrer == address(0) ? 0 : offering.commissionDown(cost);
        offering.proceeds += cost;
        if (commission == 0) return;

        offering.commission += commission;
        commissionDue[offeringId][referrer] += commission;

        emit CommissionEarned(offeringId, referrer, buyer, commission);
    }
}
