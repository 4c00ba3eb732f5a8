// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {InvestorId, Profile} from "./IInvestorRegistry.sol";
import {InvestorFlags} from "./InvestorFlags.sol";
import {ReasonCodes} from "../rules/ReasonCodes.sol";

/// @title Whether the party behind a profile may send or receive at all
/// @notice One place for the registry, the rules and the token, so that they cannot disagree (I-3).
library StandingLib {
    using InvestorFlags for uint16;

    /// @notice 0 or why nothing may be sent. An expired verification does not lock anybody in.
    function sendCode(Profile memory profile) internal pure returns (uint8) {
        if (InvestorId.unwrap(profile.investor) == 0) return ReasonCodes.SENDER_UNKNOWN;
        if (profile.flags.isSuspended()) return ReasonCodes.SENDER_SUSPENDED;
        return ReasonCodes.ACCEPTED;
    }

    /// @notice 0 or why nothing may be received now. The last second of a verification still counts.
    function receiveCode(Profile memory profile) internal view returns (uint8) {
        if (InvestorId.unwrap(profile.investor) == 0) return ReasonCodes.RECEIVER_UNKNOWN;
        if (profile.flags.isSuspended()) return ReasonCodes.RECEIVER_SUSPENDED;
        if (block.timestamp > profile.verifiedUntil) return ReasonCodes.RECEIVER_VERIFICATION_EXPIRED;
        if (profile.flags.isLiquidateOnly()) return ReasonCodes.RECEIVER_LIQUIDATE_ONLY;
        return ReasonCodes.ACCEPTED;
    }
}
