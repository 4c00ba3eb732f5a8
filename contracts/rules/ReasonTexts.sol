// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReasonCodes} from "./ReasonCodes.sol";

/// @title The register's reasons in words
/// @notice The same sentences as the SDK's table; a test compares them. A rule brings its own.
library ReasonTexts {
    /// @notice What is refused, and what can be done about it.
    function textOf(uint8 code) internal pure returns (string memory sentence, string memory nextStep) {
        if (code == ReasonCodes.ASSET_UNKNOWN) {
            return ("No such asset is listed.", "Check the asset id; `asset show` tells what is listed.");
        }
        if (code == ReasonCodes.ASSET_NOT_ACTIVE) {
            return ("The asset's state does not allow this now.", "Wait until the issuer makes the asset active.");
        }
        if (code == ReasonCodes.REGISTER_PAUSED) {
            return ("The register is paused.", "Wait until the guardian lifts the pause.");
        }
        if (code == ReasonCodes.ASSET_PAUSED) {
            return ("Movements of this asset are paused.", "Wait until the guardian lifts the pause of the asset.");
        }
        if (code == ReasonCodes.CAP_EXCEEDED) {
            return ("The issue would exceed the asset's cap, which is fixed.", "Issue at most what the cap leaves.");
        }
        if (code == ReasonCodes.SENDER_UNKNOWN) {
            return ("The sender is not a registered investor.", "Ask the registrar to onboard the sender.");
        }
        if (code == ReasonCodes.SENDER_SUSPENDED) {
            return ("The sender is suspended.", "Ask the registrar why, and to lift the suspension.");
        }
        if (code == ReasonCodes.RECEIVER_UNKNOWN) {
            return ("The receiver is not a registered investor.", "Ask the registrar to onboard the receiver.");
        }
        if (code == ReasonCodes.RECEIVER_SUSPENDED) {
            return ("The receiver is suspended.", "Ask the registrar why, and to lift the suspension.");
        }
        if (code == ReasonCodes.RECEIVER_VERIFICATION_EXPIRED) {
            return ("The receiver's verification has expired.", "Ask the registrar to renew the verification.");
        }
        if (code == ReasonCodes.RECEIVER_LIQUIDATE_ONLY) {
            return ("The receiver may only sell.", "Choose another receiver, or ask the registrar to lift the limit.");
        }
        if (code == ReasonCodes.SENDER_FROZEN) {
            return ("The sender's wallet is frozen.", "Ask the registrar why, and to lift the freeze.");
        }
        if (code == ReasonCodes.RECEIVER_FROZEN) {
            return (
                "The receiver's wallet is frozen.",
                "Choose another wallet, or ask the registrar to lift the freeze."
            );
        }
        if (code == ReasonCodes.SENDER_RETIRED) {
            return ("The sender's wallet was lost and has a successor.", "Send from the successor.");
        }
        if (code == ReasonCodes.RECEIVER_RETIRED) {
            return ("The receiver's wallet was lost and has a successor.", "Send to the successor.");
        }
        if (code == ReasonCodes.BALANCE_TOO_SMALL) {
            return ("The sender does not have that many shares to move.", "Transfer less.");
        }
        if (code == ReasonCodes.BALANCE_FROZEN) {
            return ("Too many of the sender's shares are frozen.", "Transfer less, or ask the registrar to unfreeze.");
        }
        if (code == ReasonCodes.BALANCE_LOCKED) {
            return ("Too many of the sender's shares are locked by a desk.", "Wait for the desk to release them.");
        }
        if (code == ReasonCodes.RULES_STALE) {
            return ("A rule's counters are not up to date.", "Ask compliance to bring the rule up to date.");
        }
        return ("A rule of the asset failed to answer.", "Ask compliance to repair or remove the rule.");
    }
}
