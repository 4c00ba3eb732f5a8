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

    /// @dev The same where they stand in a `Party`, so that whoever is stopped by nothing is asked for nothing else.
    uint256 private constant SENDING_BITS = uint256(STOPS_SENDING) << 64;
    uint256 private constant RECEIVING_BITS = uint256(STOPS_RECEIVING) << 64;
    uint256 private constant VERIFIED_UNTIL = 80;

    /// @notice 0 or why nothing may be sent. An expired verification does not lock anybody in.
    function sendCode(Party party) internal pure returns (uint8) {
        uint256 word = Party.unwrap(party);
        if (uint32(word) == 0) return ReasonCodes.SENDER_UNKNOWN;
        if (word & SENDING_BITS == 0) return ReasonCodes.ACCEPTED;
        uint16 flags = party.flags();
        if (flags & InvestorFlags.RETIRED != 0) return ReasonCodes.SENDER_RETIRED;
        if (flags & InvestorFlags.SUSPENDED != 0) return ReasonCodes.SENDER_SUSPENDED;
        return ReasonCodes.SENDER_FROZEN;
    }

    /// @notice 0 or why nothing may be received now. The last second of a verification still counts.
    function receiveCode(Party party) internal view returns (uint8) {
        uint256 word = Party.unwrap(party);
        if (uint32(word) == 0) return ReasonCodes.RECEIVER_UNKNOWN;
        bool hasExpired = block.timestamp > uint48(word >> VERIFIED_UNTIL);
        if (word & RECEIVING_BITS == 0 && !hasExpired) return ReasonCodes.ACCEPTED;
        uint16 flags = party.flags();
        if (flags & InvestorFlags.RETIRED != 0) return ReasonCodes.RECEIVER_RETIRED;
        if (flags & InvestorFlags.SUSPENDED != 0) return ReasonCodes.RECEIVER_SUSPENDED;
        if (flags & InvestorFlags.FROZEN != 0) return ReasonCodes.RECEIVER_FROZEN;
        return hasExpired ? ReasonCodes.RECEIVER_VERIFICATION_EXPIRED : ReasonCodes.RECEIVER_LIQUIDATE_ONLY;
    }
}
