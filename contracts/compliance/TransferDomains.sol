// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IGracefulRouteRevocation, ITransferDomainRegistry, Revocation, Route} from "../standards/IERC8327.sol";
import {ITransferDomains} from "./ITransferDomains.sol";

/// @title Between which domains assets may move (see `ITransferDomains`)
contract TransferDomains is ITransferDomains, AccessManaged {
    uint256 public constant MAX_BATCH = 256;

    /// @inheritdoc ITransferDomains
    uint64 public immutable gracePeriod;

    mapping(bytes32 key => Route) private _routes;
    mapping(bytes32 key => Revocation) private _revocations;

    constructor(address authority_, uint64 gracePeriod_) AccessManaged(authority_) {
        require(gracePeriod_ != 0, TransferDomainsZeroGrace());
        gracePeriod = gracePeriod_;
    }

    /// @inheritdoc ITransferDomainRegistry
    function setRoute(bytes32 source, bytes32 destination, bytes32 assetClass, bytes32 evidence) external restricted {
        bytes32 key = _keyOf(source, destination, assetClass);
        require(evidence != 0, TransferDomainsZeroEvidence(source, destination, assetClass));
        uint64 effectiveAt = SafeCast.toUint64(block.timestamp);

        delete _revocations[key];
        _routes[key] = Route(true, effectiveAt, evidence, 0);

        emit RouteSet(source, destination, assetClass, evidence, effectiveAt);
    }

    /// @inheritdoc ITransferDomainRegistry
    function revokeRoute(
        bytes32 source,
        bytes32 destination,
        bytes32 assetClass,
        bytes32 evidence
    ) external restricted {
        bytes32 key = _keyOf(source, destination, assetClass);
        require(evidence != 0, TransferDomainsZeroEvidence(source, destination, assetClass));
        uint64 effectiveAt = SafeCast.toUint64(block.timestamp);

        delete _revocations[key];
        _close(_routes[key], effectiveAt, evidence);

        emit RouteRevoked(source, destination, assetClass, evidence, effectiveAt);
    }

    /// @inheritdoc IGracefulRouteRevocation
    function initiateRevocation(
        bytes32 source,
        bytes32 destination,
        bytes32 assetClass,
        bytes32 evidence
    ) external restricted {
        bytes32 key = _keyOf(source, destination, assetClass);
        Revocation storage revocation = _revocations[key];
        require(evidence != 0, TransferDomainsZeroEvidence(source, destination, assetClass));
        require(_isOpen(key), TransferDomainsNotPermitted(source, destination, assetClass));
        require(!revocation.pending, TransferDomainsPending(source, destination, assetClass, revocation.effectiveAt));
        uint64 effectiveAt = SafeCast.toUint64(block.timestamp + gracePeriod);
        uint64 initiatedAt = uint64(block.timestamp);

        _revocations[key] = Revocation(initiatedAt, effectiveAt, evidence, true, false);

        emit RouteRevocationInitiated(source, destination, assetClass, evidence, initiatedAt, effectiveAt);
    }

    /// @inheritdoc IGracefulRouteRevocation
    function cancelRevocation(
        bytes32 source,
        bytes32 destination,
        bytes32 assetClass,
        bytes32 evidence
    ) external restricted {
        bytes32 key = _keyOf(source, destination, assetClass);
        Revocation memory revocation = _revocations[key];
        require(evidence != 0, TransferDomainsZeroEvidence(source, destination, assetClass));
        require(revocation.pending, TransferDomainsNotPending(source, destination, assetClass));
        require(
            block.timestamp < revocation.effectiveAt,
            TransferDomainsEffective(revocation.effectiveAt, block.timestamp)
        );

        delete _revocations[key];

        emit RouteRevocationCancelled(source, destination, assetClass, evidence);
    }

    /// @inheritdoc IGracefulRouteRevocation
    function finalizeRevocation(bytes32 source, bytes32 destination, bytes32 assetClass) external {
        bytes32 key = _keyOf(source, destination, assetClass);
        Revocation storage revocation = _revocations[key];
        (uint64 effectiveAt, bytes32 evidence) = (revocation.effectiveAt, revocation.revocationEvidenceHash);
        require(revocation.pending, TransferDomainsNotPending(source, destination, assetClass));
        require(block.timestamp >= effectiveAt, TransferDomainsNotEffective(effectiveAt, block.timestamp));

        revocation.pending = false;
        revocation.finalized = true;
        _close(_routes[key], effectiveAt, evidence);

        emit RouteRevoked(source, destination, assetClass, evidence, effectiveAt);
    }

    /// @inheritdoc ITransferDomainRegistry
    function isRoutePermitted(bytes32 source, bytes32 destination, bytes32 assetClass) external view returns (bool) {
        return _isOpen(keccak256(abi.encode(source, destination, assetClass)));
    }

    /// @inheritdoc ITransferDomainRegistry
    function isRoutePermittedBatch(
        bytes32[] calldata sources,
        bytes32[] calldata destinations,
        bytes32[] calldata assetClasses
    ) external view returns (bool[] memory permitted) {
        require(
            sources.length == destinations.length &&
                sources.length == assetClasses.length &&
                sources.length <= MAX_BATCH,
            TransferDomainsInvalidBatch(sources.length, destinations.length, assetClasses.length)
        );

        permitted = new bool[](sources.length);
        for (uint256 i = 0; i < sources.length; ++i) {
            permitted[i] = _isOpen(keccak256(abi.encode(sources[i], destinations[i], assetClasses[i])));
        }
    }

    /// @inheritdoc ITransferDomainRegistry
    function getRoute(
        bytes32 source,
        bytes32 destination,
        bytes32 assetClass
    ) external view returns (Route memory route) {
        bytes32 key = keccak256(abi.encode(source, destination, assetClass));
        Revocation memory revocation = _revocations[key];
        route = _routes[key];

        if (revocation.pending && block.timestamp >= revocation.effectiveAt) {
            route.permitted = false;
            route.effectiveAt = revocation.effectiveAt;
            route.revocationEvidenceHash = revocation.revocationEvidenceHash;
        }
    }

    /// @inheritdoc IGracefulRouteRevocation
    function getRevocation(
        bytes32 source,
        bytes32 destination,
        bytes32 assetClass
    ) external view returns (Revocation memory) {
        return _revocations[keccak256(abi.encode(source, destination, assetClass))];
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return
            interfaceId == type(IERC165).interfaceId ||
            interfaceId == type(ITransferDomainRegistry).interfaceId ||
            interfaceId == type(IGracefulRouteRevocation).interfaceId;
    }

    /// The permission's evidence stays: it says what was revoked.
    function _close(Route storage route, uint64 effectiveAt, bytes32 evidence) private {
        route.permitted = false;
        route.effectiveAt = effectiveAt;
        route.revocationEvidenceHash = evidence;
    }

    function _isOpen(bytes32 key) private view returns (bool) {
        Revocation storage revocation = _revocations[key];
        return _routes[key].permitted && !(revocation.pending && block.timestamp >= revocation.effectiveAt);
    }

    function _keyOf(bytes32 source, bytes32 destination, bytes32 assetClass) private pure returns (bytes32) {
        require(
            source != 0 && destination != 0 && assetClass != 0,
            TransferDomainsZeroRoute(source, destination, assetClass)
        );
        return keccak256(abi.encode(source, destination, assetClass));
    }
}
