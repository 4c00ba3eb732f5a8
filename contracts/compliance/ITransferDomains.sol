// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IGracefulRouteRevocation, ITransferDomainRegistry} from "../standards/IERC8327.sol";

/// @title Between which domains assets may move (ERC-8327 with graceful revocation)
/// @notice A route from one domain to another, for one class of assets, is open or not. A revocation works at once, or with the
/// notice of `gracePeriod`, during which the route stays open so that what is under way can settle.
/// @dev Compliance sets, revokes, announces and takes back; anybody may finalise what has taken effect anyway. Domains and classes
/// are hashes made by `TransferDomainLib`. This registry restrains nobody by itself: an asset's route rule asks it.
interface ITransferDomains is IERC165, ITransferDomainRegistry, IGracefulRouteRevocation {
    /// @notice Neither domains nor class may be zero.
    /// @dev Name all three; `TransferDomainLib` makes them.
    error TransferDomainsZeroRoute(bytes32 sourceDomain, bytes32 destinationDomain, bytes32 assetClass);
    /// @notice Every change names the hash of its evidence.
    /// @dev Hash what the decision rests on.
    error TransferDomainsZeroEvidence(bytes32 sourceDomain, bytes32 destinationDomain, bytes32 assetClass);
    /// @notice Only an open route can be closed with notice.
    /// @dev Do nothing; it is closed.
    error TransferDomainsNotPermitted(bytes32 sourceDomain, bytes32 destinationDomain, bytes32 assetClass);
    /// @notice The route closes at `effectiveAt` already.
    /// @dev Wait, revoke it at once, or take the announcement back first.
    error TransferDomainsPending(
        bytes32 sourceDomain,
        bytes32 destinationDomain,
        bytes32 assetClass,
        uint64 effectiveAt
    );
    /// @notice No revocation is announced.
    /// @dev Do nothing; there is nothing to take back or to finalise.
    error TransferDomainsNotPending(bytes32 sourceDomain, bytes32 destinationDomain, bytes32 assetClass);
    /// @notice The revocation has taken effect and cannot be taken back.
    /// @dev Open the route anew, with its own evidence.
    error TransferDomainsEffective(uint64 effectiveAt, uint256 time);
    /// @notice The revocation takes effect at `effectiveAt` only.
    /// @dev Wait until then.
    error TransferDomainsNotEffective(uint64 effectiveAt, uint256 time);
    /// @notice The three lists are equally long and have at most 256 places.
    /// @dev Split the question.
    error TransferDomainsInvalidBatch(uint256 sources, uint256 destinations, uint256 assetClasses);
    /// @notice Notice is at least a second.
    /// @dev Deploy with a grace period.
    error TransferDomainsZeroGrace();

    /// @notice Notice that an announced revocation gives, in seconds. Never changes.
    function gracePeriod() external view returns (uint64);
}
