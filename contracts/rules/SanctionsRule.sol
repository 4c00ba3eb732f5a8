// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {YesNoLib} from "./YesNoLib.sol";
import {ISanctions} from "./ISanctions.sol";
import {IRule, ITransferRule, Movement, NetContext, NetPosition} from "./ITransferRule.sol";
import {ReasonCodes} from "./ReasonCodes.sol";

/// @title Nobody under sanctions sends or receives
/// @notice Parameters: twenty bytes, the contract that is asked `isSanctioned`: a `SanctionsList`, or an oracle of that shape.
/// @dev It fails closed: when that contract does not answer, the rule reverts, which refuses (90). In a netted chunk everybody
/// who takes part is asked about, also who ends where he began.
contract SanctionsRule is ITransferRule {
    using YesNoLib for *;

    /// @inheritdoc IRule
    function validate(uint256, bytes calldata parameters) external view {
        bytes memory question = abi.encodeCall(ISanctions.isSanctioned, (address(this)));
        require(
            parameters.length == 20 && parameters.addressee().answers(question),
            TransferRuleInvalidParameters(ReasonCodes.SANCTIONED, parameters)
        );
    }

    /// @inheritdoc ITransferRule
    function allows(
        bytes calldata parameters,
        Movement calldata movement,
        Party from,
        Party to
    ) external view returns (bool) {
        return _isClear(parameters, movement.from, from) && _isClear(parameters, movement.to, to);
    }

    /// @inheritdoc ITransferRule
    function allowsNet(
        bytes calldata parameters,
        NetContext calldata,
        NetPosition[] calldata positions,
        Party[] calldata parties
    ) external view returns (bool) {
        for (uint256 i = 0; i < positions.length; ++i) {
            if (!_isClear(parameters, positions[i].account, parties[i])) return false;
        }
        return true;
    }

    /// @inheritdoc ITransferRule
    function code() external pure returns (uint8) {
        return ReasonCodes.SANCTIONED;
    }

    /// @inheritdoc IRule
    function traits() external pure returns (uint8) {
        return 0;
    }

    /// @inheritdoc IRule
    function window(bytes calldata) external pure returns (uint32) {
        return 0;
    }

    /// @inheritdoc ITransferRule
    function sentence() external pure returns (string memory) {
        return "The sender or the receiver is under sanctions.";
    }

    /// @inheritdoc ITransferRule
    function nextStep() external pure returns (string memory) {
        return "Stop, and report to compliance; transfers go on only once the wallet is off the list.";
    }

    function _isClear(bytes calldata parameters, address wallet, Party party) private view returns (bool) {
        if (wallet == address(0) || party.isProtocol()) return true;
        return !ISanctions(parameters.addressee()).isSanctioned(wallet);
    }
}
