// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReasonCodes} from "../rules/ReasonCodes.sol";
import {InvestorFlags} from "./InvestorFlags.sol";
import {Party} from "./Party.sol";

/// @title Whether a party may send or receive at all
/// @notice One place for the registry, the rules and the token, so that they cannot disagree (I-3).
library StandingLib {
    uint16 private constant STOPS_SENDING = InvestorFlags.SUSPENDED | InvestorFlags.FROZEN | InvestorFlags.RETIRED;
    uint16 private constant STOPS_RECEIVING = STOPS_SENDING | InvestorFlags.LIQUIDATE_ONLY;

    /// @notice 0 or why nothing may be sent. An expired verification does not lock anybody in.
    function sendCode(Party party) internal pure returns (uint8) {
        if (party.isNobody()) return ReasonCodes.SENDER_UNKNOWN;
        uint16 flags = party.flags() & STOPS_SENDING;
        if (flags == 0) return ReasonCodes.ACCEPTED;
        if (flags & InvestorFlags.RETIRED != 0) return ReasonCodes.SENDER_RETIRED;
        if (flags & InvestorFlags.SUSPENDED != 0) return ReasonCodes.SENDER_SUSPENDED;
        return ReasonCodes.SENDER_FROZEN;
    }

    /// @notice 0 or why nothing may be received now. The last second of a verification still counts.
    function receiveCode(Party party) internal view returns (uint8) {
        if (party.isNobody()) return ReasonCodes.RECEIVER_UNKNOWN;
        uint16 flags = party.flags() & STOPS_RECEIVING;
        bool hasExpired = block.timestamp > party.verifiedUntil();
        if (flags == 0 && !hasExpired) return ReasonCodes.ACCEPTED;
        if (flags & InvestorFlags.RETIRED != 0) return ReasonCodes.RECEIVER_RETIRED;
        if (flags & InvestorFlags.SUSPENDED != 0) return ReasonCodes.RECEIVER_SUSPENDED;
        if (flags & InvestorFlags.FROZEN != 0) return ReasonCodes.RECEIVER_FROZEN;
        return hasExpired ? ReasonCodes.RECEIVER_VERIFICATION_EXPIRED : ReasonCodes.RECEIVER_LIQUIDATE_ONLY;
    }
}
