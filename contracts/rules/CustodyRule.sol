// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {YesNoLib} from "./YesNoLib.sol";
import {ICustodyWatch} from "./ICustodyWatch.sol";
import {IRule, ITransferRule, Movement, NetContext, NetPosition} from "./ITransferRule.sol";
import {ReasonCodes} from "./ReasonCodes.sol";

/// @title An asset whose custody is not attested does not move
/// @notice Parameters: twenty bytes, the contract that is asked `isBacked`, such as the custody desk. Issues are judged like
/// transfers, for no share is to be made of a thing that nobody vouches for; redemptions are not, so that holders can always
/// be paid out.
/// @dev It fails closed: when that contract does not answer, the rule reverts, which refuses (90).
contract CustodyRule is ITransferRule {
    using YesNoLib for *;

    /// @inheritdoc IRule
    function validate(uint256 id, bytes calldata parameters) external view {
        require(
            parameters.length == 20 && parameters.addressee().answers(abi.encodeCall(ICustodyWatch.isBacked, (id))),
            TransferRuleInvalidParameters(ReasonCodes.CUSTODY_NOT_ATTESTED, parameters)
        );
    }

    /// @inheritdoc ITransferRule
    function allows(bytes calldata parameters, Movement calldata movement, Party, Party) external view returns (bool) {
        return movement.to == address(0) || _isBacked(parameters, movement.id);
    }

    /// @inheritdoc ITransferRule
    function allowsNet(
        bytes calldata parameters,
        NetContext calldata context,
        NetPosition[] calldata,
        Party[] calldata
    ) external view returns (bool) {
        return _isBacked(parameters, context.id);
    }

    /// @inheritdoc ITransferRule
    function code() external pure returns (uint8) {
        return ReasonCodes.CUSTODY_NOT_ATTESTED;
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
        return "No custodian's word about the existence of the asset holds now.";
    }

    /// @inheritdoc ITransferRule
    function nextStep() external pure returns (string memory) {
        return "Wait until the custodian has attested anew; holdings can be redeemed meanwhile.";
    }

    function _isBacked(bytes calldata parameters, uint256 id) private view returns (bool) {
        return ICustodyWatch(parameters.addressee()).isBacked(id);
    }
}
