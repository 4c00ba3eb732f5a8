// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

// ERC-8327, routes between transfer domains (status Review when written, 2026-07).

/// @notice What a registry says of a route now. Without permission `effectiveAt` is when the last revocation took effect.
struct Route {
    bool permitted;
    uint64 effectiveAt;
    bytes32 permissionEvidenceHash;
    bytes32 revocationEvidenceHash;
}

/// @notice A revocation with a grace period.
struct Revocation {
    uint64 initiatedAt;
    uint64 effectiveAt;
    bytes32 revocationEvidenceHash;
    bool pending;
    bool finalized;
}

/// @title Directional routes per asset class (ERC-165 id 0xc86613f8)
/// @notice Says whether assets of a class may go from one domain to another. The way back is another route.
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

    /// @notice Whether this very route is open now. Depends on nothing but route and time.
    function isRoutePermitted(
        bytes32 sourceDomain,
        bytes32 destinationDomain,
        bytes32 assetClass
    ) external view returns (bool);

    /// @notice The route as it is now; all zero if nobody ever spoke of it.
    function getRoute(
        bytes32 sourceDomain,
        bytes32 destinationDomain,
        bytes32 assetClass
    ) external view returns (Route memory);

    /// @notice Opens a route, also one that was revoked or is about to be.
    function setRoute(
        bytes32 sourceDomain,
        bytes32 destinationDomain,
        bytes32 assetClass,
        bytes32 permissionEvidenceHash
    ) external;

    /// @notice Closes a route at once, also an unknown one.
    function revokeRoute(
        bytes32 sourceDomain,
        bytes32 destinationDomain,
        bytes32 assetClass,
        bytes32 revocationEvidenceHash
    ) external;

    /// @notice `isRoutePermitted` for each place of the three lists.
    function isRoutePermittedBatch(
        bytes32[] calldata sourceDomains,
        bytes32[] calldata destinationDomains,
        bytes32[] calldata assetClasses
    ) external view returns (bool[] memory permitted);
}

/// @title Revocation with notice (ERC-165 id 0x90c5cbc4)
/// @notice The route stays open until the announced time and is closed from then on, whether or not anybody finalises it.
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

    /// @notice The announced or finalised revocation; all zero if there is none.
    function getRevocation(
        bytes32 sourceDomain,
        bytes32 destinationDomain,
        bytes32 assetClass
    ) external view returns (Revocation memory);

    /// @notice Announces that an open route will close.
    function initiateRevocation(
        bytes32 sourceDomain,
        bytes32 destinationDomain,
        bytes32 assetClass,
        bytes32 revocationEvidenceHash
    ) external;

    /// @notice Takes an announcement back before its time.
    function cancelRevocation(
        bytes32 sourceDomain,
        bytes32 destinationDomain,
        bytes32 assetClass,
        bytes32 cancellationEvidenceHash
    ) external;

    /// @notice Writes down what has taken effect already.
    function finalizeRevocation(bytes32 sourceDomain, bytes32 destinationDomain, bytes32 assetClass) external;
}
