// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {
    AnchorMetadata,
    AnchorRecord,
    IAssetAnchorRegistry,
    IAssetAnchorRegistryLifecycle,
    IAssetAnchorRegistryRecovery,
    IAssetBoundTokenId
} from "../standards/IERC8325.sol";
import {BINDING_SCOPE_CONTRACT, BINDING_SCOPE_TOKEN_ID, IAnchorRegistry} from "./IAnchorRegistry.sol";

/// @title The anchors of real-world assets, upgradeable (see `IAnchorRegistry`)
contract AnchorRegistry is IAnchorRegistry, AccessManagedUpgradeable, UUPSUpgradeable {
    struct Anchor {
        AnchorRecord record;
        AnchorMetadata metadata;
        address registrar;
        bool bindingInvalidated;
    }

    /// @custom:storage-location erc7201:moiety.storage.AnchorRegistry
    struct AnchorRegistryStorage {
        mapping(bytes32 anchorId => Anchor) anchors;
        /// The anchor that a token is validly bound to.
        mapping(bytes32 bindingKey => bytes32 anchorId) validAnchors;
    }

    // keccak256(abi.encode(uint256(keccak256("moiety.storage.AnchorRegistry")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant ANCHOR_REGISTRY_STORAGE =
        0xc67293ae7af40f88aaf69424b97cf58153bde02b4bb321199e2fae86d2968500;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Sets who decides about roles. Called once, while the proxy is made.
    function initialize(address authority_) external initializer {
        __AccessManaged_init(authority_);
    }

    /// @inheritdoc IAssetAnchorRegistry
    function registerAnchor(
        bytes32 legalHash,
        bytes32 evidenceHash,
        bytes calldata metadata
    ) external restricted returns (bytes32 anchorId) {
        return _register(legalHash, evidenceHash, metadata);
    }

    /// @inheritdoc IAssetAnchorRegistry
    function bindToken(bytes32 anchorId, address token, bytes32 bindingScope, uint256 tokenId) external restricted {
        _bind(anchorId, token, bindingScope, tokenId);
    }

    /// @inheritdoc IAssetAnchorRegistry
    function registerAndBind(
        bytes32 legalHash,
        bytes32 evidenceHash,
        bytes calldata metadata,
        address token,
        bytes32 bindingScope,
        uint256 tokenId
    ) external restricted returns (bytes32 anchorId) {
        anchorId = _register(legalHash, evidenceHash, metadata);
        _bind(anchorId, token, bindingScope, tokenId);
    }

    /// @inheritdoc IAssetAnchorRegistryLifecycle
    function reattest(bytes32 anchorId, uint64 newExpiresAt, uint64 newAttestationDate) external restricted {
        Anchor storage anchor = _existing(anchorId);
        uint64 oldExpiresAt = anchor.metadata.expiresAt;
        require(anchor.record.active, AnchorRegistryDeactivated(anchorId));
        require(
            newAttestationDate >= anchor.metadata.attestationDate &&
                newAttestationDate <= block.timestamp &&
                newExpiresAt > block.timestamp &&
                newExpiresAt >= oldExpiresAt,
            AnchorRegistryInvalidDates(newAttestationDate, newExpiresAt, block.timestamp)
        );

        anchor.metadata.attestationDate = newAttestationDate;
        anchor.metadata.expiresAt = newExpiresAt;

        emit AnchorReattested(anchorId, oldExpiresAt, newExpiresAt, newAttestationDate);
    }

    /// @inheritdoc IAssetAnchorRegistryLifecycle
    function deactivateAnchor(bytes32 anchorId, string calldata reason) external restricted {
        Anchor storage anchor = _existing(anchorId);
        require(anchor.record.active, AnchorRegistryDeactivated(anchorId));

        anchor.record.active = false;

        emit AnchorDeactivated(anchorId, reason);
    }

    /// @inheritdoc IAssetAnchorRegistryRecovery
    function invalidateTokenBinding(bytes32 anchorId, bytes32 reasonHash) external restricted {
        Anchor storage anchor = _existing(anchorId);
        AnchorRecord memory record = anchor.record;
        require(record.boundToken != address(0), AnchorRegistryNotBound(anchorId));
        require(!anchor.bindingInvalidated, AnchorRegistryAlreadyInvalidated(anchorId));
        require(reasonHash != 0, AnchorRegistryZeroReason(anchorId));

        anchor.bindingInvalidated = true;
        anchor.record.active = false;
        delete _store().validAnchors[_bindingKey(record.boundToken, record.bindingScope, record.boundTokenId)];

        if (record.active) emit AnchorDeactivated(anchorId, "binding invalidated");
        emit TokenBindingInvalidated(anchorId, record.boundToken, record.bindingScope, record.boundTokenId, reasonHash);
    }

    /// @inheritdoc IAssetAnchorRegistry
    function getAnchor(bytes32 anchorId) external view returns (AnchorRecord memory) {
        return _existing(anchorId).record;
    }

    /// @inheritdoc IAssetAnchorRegistry
    function isBound(bytes32 anchorId) external view returns (bool) {
        return _existing(anchorId).record.boundToken != address(0);
    }

    /// @inheritdoc IAssetAnchorRegistryLifecycle
    function getMetadata(bytes32 anchorId) external view returns (AnchorMetadata memory) {
        return _existing(anchorId).metadata;
    }

    /// @inheritdoc IAssetAnchorRegistryLifecycle
    function registeredBy(bytes32 anchorId) external view returns (address) {
        return _existing(anchorId).registrar;
    }

    /// @inheritdoc IAssetAnchorRegistryLifecycle
    function isActive(bytes32 anchorId) external view returns (bool) {
        return _isActive(_existing(anchorId));
    }

    /// @inheritdoc IAssetAnchorRegistryRecovery
    function isBindingValid(bytes32 anchorId) external view returns (bool) {
        Anchor storage anchor = _existing(anchorId);
        return anchor.record.boundToken != address(0) && !anchor.bindingInvalidated;
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return
            interfaceId == type(IERC165).interfaceId ||
            interfaceId == type(IAssetAnchorRegistry).interfaceId ||
            interfaceId == type(IAssetAnchorRegistryLifecycle).interfaceId ||
            interfaceId == type(IAssetAnchorRegistryRecovery).interfaceId;
    }

    function _register(
        bytes32 legalHash,
        bytes32 evidenceHash,
        bytes calldata encoded
    ) private returns (bytes32 anchorId) {
        require(legalHash != 0 && evidenceHash != 0, AnchorRegistryZeroHash(legalHash, evidenceHash));
        AnchorMetadata memory metadata = _decode(encoded);
        anchorId = keccak256(abi.encode(legalHash, evidenceHash));
        Anchor storage anchor = _store().anchors[anchorId];
        require(anchor.registrar == address(0), AnchorRegistryExists(anchorId));

        anchor.record.anchorId = anchorId;
        anchor.record.legalHash = legalHash;
        anchor.record.evidenceHash = evidenceHash;
        anchor.record.registeredAt = uint64(block.timestamp);
        anchor.record.active = true;
        anchor.metadata = metadata;
        anchor.registrar = msg.sender;

        emit AnchorRegistered(anchorId, legalHash, evidenceHash);
    }

    function _bind(bytes32 anchorId, address token, bytes32 bindingScope, uint256 tokenId) private {
        Anchor storage anchor = _existing(anchorId);
        bytes32 key = _bindingKey(token, bindingScope, tokenId);
        bytes32 holder = _store().validAnchors[key];
        require(_isActive(anchor), AnchorRegistryNotActive(anchorId));
        require(
            anchor.record.boundToken == address(0),
            AnchorRegistryAlreadyBound(
                anchorId,
                anchor.record.boundToken,
                anchor.record.bindingScope,
                anchor.record.boundTokenId
            )
        );
        require(
            bindingScope == BINDING_SCOPE_TOKEN_ID || (bindingScope == BINDING_SCOPE_CONTRACT && tokenId == 0),
            AnchorRegistryInvalidScope(bindingScope, tokenId)
        );
        require(holder == 0, AnchorRegistryTokenTaken(holder, token, bindingScope, tokenId));
        _requireHomeHere(token);

        anchor.record.boundToken = token;
        anchor.record.bindingScope = bindingScope;
        anchor.record.boundTokenId = tokenId;
        _store().validAnchors[key] = anchorId;

        emit TokenBound(anchorId, token, bindingScope, tokenId);
    }

    function _decode(bytes calldata encoded) private view returns (AnchorMetadata memory metadata) {
        (
            metadata.assetClass,
            metadata.jurisdiction,
            metadata.attestationDate,
            metadata.expiresAt,
            metadata.uri,
            metadata.extensions
        ) = abi.decode(encoded, (bytes32, bytes32, uint64, uint64, bytes, bytes));

        require(
            metadata.assetClass != 0 && metadata.jurisdiction != 0 && metadata.uri.length != 0,
            AnchorRegistryIncompleteMetadata(metadata.assetClass, metadata.jurisdiction, metadata.uri)
        );
        require(
            metadata.attestationDate != 0 &&
                metadata.attestationDate <= block.timestamp &&
                metadata.expiresAt > metadata.attestationDate &&
                metadata.expiresAt >= block.timestamp,
            AnchorRegistryInvalidDates(metadata.attestationDate, metadata.expiresAt, block.timestamp)
        );
    }

    /// A token that says where its anchors live has to mean this registry; one that is silent, or not deployed yet, may be
    /// bound from this side only.
    function _requireHomeHere(address token) private view {
        require(token != address(0), AnchorRegistryInvalidToken(token, address(0)));

        (bool answered, bytes memory answer) = token.staticcall(abi.encodeCall(IAssetBoundTokenId.anchorRegistry, ()));
        if (!answered || answer.length != 32) return;

        uint256 registry = abi.decode(answer, (uint256));
        require(
            registry == uint256(uint160(address(this))),
            AnchorRegistryInvalidToken(token, address(uint160(registry)))
        );
    }

    function _isActive(Anchor storage anchor) private view returns (bool) {
        return anchor.record.active && block.timestamp <= anchor.metadata.expiresAt;
    }

    function _existing(bytes32 anchorId) private view returns (Anchor storage anchor) {
        anchor = _store().anchors[anchorId];
        require(anchor.registrar != address(0), AnchorRegistryUnknown(anchorId));
    }

    function _bindingKey(address token, bytes32 bindingScope, uint256 tokenId) private pure returns (bytes32) {
        return keccak256(abi.encode(token, bindingScope, tokenId));
    }

    function _store() private pure returns (AnchorRegistryStorage storage store) {
        assembly {
            store.slot := ANCHOR_REGISTRY_STORAGE
        }
    }

    function _authorizeUpgrade(address) internal override restricted {}
}
