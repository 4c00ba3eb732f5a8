// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {YesNoLib} from "./YesNoLib.sol";
import {IAcknowledgements} from "./IAcknowledgements.sol";
import {IRule, ITransferRule} from "./ITransferRule.sol";
import {ReasonCodes} from "./ReasonCodes.sol";
import {TransferRule} from "./TransferRule.sol";

/// @title Only who has acknowledged the disclosures may come to hold the asset
/// @notice Parameters: twenty bytes, the contract that is asked `hasAcknowledged` for the receiving wallet.
/// @dev It fails closed: when that contract does not answer, the rule reverts, which refuses (90).
contract DisclosureRule is TransferRule {
    using YesNoLib for *;

    /// @inheritdoc IRule
    function validate(uint256 id, bytes calldata parameters) external view {
        bytes memory question = abi.encodeCall(IAcknowledgements.hasAcknowledged, (id, address(this)));
        require(
            parameters.length == 20 && parameters.addressee().answers(question),
            TransferRuleInvalidParameters(ReasonCodes.DISCLOSURE_NOT_ACKNOWLEDGED, parameters)
        );
    }

    /// @inheritdoc ITransferRule
    function code() external pure returns (uint8) {
        return ReasonCodes.DISCLOSURE_NOT_ACKNOWLEDGED;
    }

    /// @inheritdoc ITransferRule
    function sentence() external pure returns (string memory) {
        return "The receiver has not acknowledged the asset's disclosures.";
    }

    /// @inheritdoc ITransferRule
    function nextStep() external pure returns (string memory) {
        return "Have the receiver read and acknowledge the present disclosures with the receiving wallet.";
    }

    function _mayHold(
        bytes calldata parameters,
        uint256 id,
        address wallet,
        Party
    ) internal view override returns (bool) {
        return IAcknowledgements(parameters.addressee()).hasAcknowledged(id, wallet);
    }
}
