// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TransferDomainLib} from "../compliance/TransferDomainLib.sol";
import {Party} from "../investors/Party.sol";
import {ITransferDomainRegistry} from "../standards/IERC8327.sol";
import {YesNoLib} from "./YesNoLib.sol";
import {IRule, ITransferRule, Movement} from "./ITransferRule.sol";
import {PairRule} from "./PairRule.sol";
import {ReasonCodes} from "./ReasonCodes.sol";

/// @title Shares go from one country to another only where a route is open (ERC-8327)
/// @notice A domain is a country and a class the label of the asset's anchor, or the asset alone, both as `TransferDomainLib` names
/// them. Within one country the route from it to itself has to be open. Parameters: 52 bytes, the registry of domains (20 bytes) and
/// the label of the class (32 bytes; zero for routes of this asset alone).
/// @dev Issues, redemptions, desks and movements within one investor have one domain only and are not asked. It fails closed:
/// when the registry does not answer, the rule reverts, which refuses (90).
contract RouteRule is PairRule {
    using YesNoLib for *;

    /// @dev Which domain is asked about says nothing here; only whether the registry answers is looked at.
    bytes32 private constant ANYWHERE = bytes32(uint256(1));

    /// @inheritdoc IRule
    function validate(uint256 id, bytes calldata parameters) external view {
        require(
            parameters.length == 52 &&
                parameters.addressee().answers(
                    abi.encodeCall(
                        ITransferDomainRegistry.isRoutePermitted,
                        (ANYWHERE, ANYWHERE, _assetClass(parameters, id))
                    )
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
                TransferDomainLib.ofCountry(from.country()),
                TransferDomainLib.ofCountry(to.country()),
                _assetClass(parameters, movement.id)
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

    function _assetClass(bytes calldata parameters, uint256 id) private pure returns (bytes32) {
        bytes32 label = bytes32(parameters[20:]);
        return label == 0 ? TransferDomainLib.ofAsset(id) : TransferDomainLib.ofClass(label);
    }
}
