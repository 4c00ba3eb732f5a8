// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {ITransferDomainRegistry} from "../standards/IERC8327.sol";
import {AnswerLib} from "./AnswerLib.sol";
import {ITransferRule, Movement} from "./ITransferRule.sol";
import {PairRule} from "./PairRule.sol";
import {ReasonCodes} from "./ReasonCodes.sol";

/// @title Shares go from one country to another only where a route is open (ERC-8327)
/// @notice A domain is a country: the ISO 3166-1 number as a 32-byte word, so 840 is 0x00…0348. Within one country the route
/// from it to itself has to be open. Parameters: 52 bytes, the registry of domains (20 bytes) and the asset's class (32).
/// @dev Issues, redemptions, desks and movements within one investor have one domain only and are not asked. It fails closed:
/// when the registry does not answer, the rule reverts, which refuses (90).
contract RouteRule is PairRule {
    using AnswerLib for *;

    /// @inheritdoc ITransferRule
    function validate(uint256, bytes calldata parameters) external view {
        require(
            parameters.length == 52 &&
                _assetClass(parameters) != 0 &&
                parameters.addressee().answers(
                    abi.encodeCall(ITransferDomainRegistry.isRoutePermitted, (0, 0, _assetClass(parameters)))
                ),
            TransferRuleInvalidParameters(ReasonCodes.ROUTE_NOT_PERMITTED, parameters)
        );
    }

    /// @inheritdoc ITransferRule
    function allows(
        bytes calldata parameters,
        Movement calldata movement,
        Party from,
        Party to
    ) external view returns (bool) {
        if (movement.from == address(0) || movement.to == address(0) || from.isProtocol() || to.isProtocol())
            return true;
        if (from.isSameInvestor(to)) return true;

        return
            ITransferDomainRegistry(parameters.addressee()).isRoutePermitted(
                _domain(from),
                _domain(to),
                _assetClass(parameters)
            );
    }

    /// @inheritdoc ITransferRule
    function code() external pure returns (uint8) {
        return ReasonCodes.ROUTE_NOT_PERMITTED;
    }

    /// @inheritdoc ITransferRule
    function sentence() external pure returns (string memory) {
        return "No route is open from the sender's country to the receiver's for this class of asset.";
    }

    /// @inheritdoc ITransferRule
    function nextStep() external pure returns (string memory) {
        return "Choose a receiver in a country to which a route is open, or ask compliance to open this one.";
    }

    function _domain(Party party) private pure returns (bytes32) {
        return bytes32(uint256(party.country()));
    }

    function _assetClass(bytes calldata parameters) private pure returns (bytes32) {
        return bytes32(parameters[20:]);
    }
}
