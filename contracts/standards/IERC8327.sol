// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @notice What a registry of transfer domains last knew about a route.
struct Route {
    bool permitted;
    uint64 effectiveAt;
    bytes32 permissionEvidenceHash;
    bytes32 revocationEvidenceHash;
}

/// @notice A revocation that takes effect later.
struct Revocation {
    uint64 initiatedAt;
    uint64 effectiveAt;
    bytes32 revocationEvidenceHash;
    bool pending;
    bool finalized;
}

/// @title ERC-8327 (Review): which routes between domains are open, per class of asset
/// @notice A route has a direction. The registry only answers; who moves assets has to ask.
interface ITransferDomainRegistry {
    event RouteSet(
        bytes32 indexed sourceDomain,
        bytes32 indexed destinationDomain,
        bytes32 indexed assetClass,
        bytes32 permissionEvidenceHash,
        uint64 effectiveAt
    );
    event RouteRevoked(
        bytes32 indexed sourceDomain,
        bytes32 indexed destinationDomain,
        bytes32 indexed assetClass,
        bytes32 revocationEvidenceHash,
        uint64 effectiveAt
    );

    /// @notice Opens a route at once, on the evidence with this hash.
    function setRoute(
        bytes32 sourceDomain,
        bytes32 destinationDomain,
        bytes32 assetClass,
        bytes32 permissionEvidenceHash
    ) external;

    /// @notice Closes a route at once, on the evidence with this hash.
    function revokeRoute(
        bytes32 sourceDomain,
        bytes32 destinationDomain,
        bytes32 assetClass,
        bytes32 revocationEvidenceHash
    ) external;

    /// @notice Whether the route is open now.
    function isRoutePermitted(
        bytes32 sourceDomain,
        bytes32 destinationDomain,
        bytes32 assetClass
    ) external view returns (bool);

    function getRoute(
        bytes32 sourceDomain,
        bytes32 destinationDomain,
        bytes32 assetClass
    ) external view returns (Route memory);

    /// @notice `isRoutePermitted` for many routes, in their order.
    function isRoutePermittedBatch(
        bytes32[] calldata sourceDomains,
        bytes32[] calldata destinationDomains,
        bytes32[] calldata assetClasses
    ) external view returns (bool[] memory permitted);
}

/// @title ERC-8327, extension: revocations that take effect after a while
interface IGracefulRouteRevocation {
    event RouteRevocationInitiated(
        bytes32 indexed sourceDomain,
        bytes32 indexed destinationDomain,
        bytes32 indexed assetClass,
        bytes32 revocationEvidenceHash,
        uint64 initiatedAt,
        uint64 effectiveAt
    );
    event RouteRevocationCancelled(
        bytes32 indexed sourceDomain,
        bytes32 indexed destinationDomain,
        bytes32 indexed assetClass,
        bytes32 cancellationEvidenceHash
    );

    /// @notice Announces that a route will close.
    function initiateRevocation(
        bytes32 sourceDomain,
        bytes32 destinationDomain,
        bytes32 assetClass,
        bytes32 revocationEvidenceHash
    ) external;

    /// @notice Calls the announcement off, while the route is still open.
    function cancelRevocation(
        bytes32 sourceDomain,
        bytes32 destinationDomain,
        bytes32 assetClass,
        bytes32 cancellationEvidenceHash
    ) external;

    /// @notice Enters a revocation that has taken effect.
    function finalizeRevocation(bytes32 sourceDomain, bytes32 destinationDomain, bytes32 assetClass) external;

    function getRevocation(
        bytes32 sourceDomain,
        bytes32 destinationDomain,
        bytes32 assetClass
    ) external view returns (Revocation memory);
}
