// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IAssetAnchorRegistryLifecycle} from "../standards/IERC8325.sol";
import {BundleRecord, IDocumentBundleAnchor, IDocumentBundleAnchorRecovery} from "../standards/IERC8326.sol";
import {IDocumentAnchor} from "./IDocumentAnchor.sol";

/// @title The documents of the assets, upgradeable (see `IDocumentAnchor`)
contract DocumentAnchor is IDocumentAnchor, AccessManagedUpgradeable, UUPSUpgradeable {
    struct Slot {
        bytes32 active;
        address principal;
        mapping(bytes32 bundleHash => BundleRecord) records;
    }

    /// @custom:storage-location erc7201:moiety.storage.DocumentAnchor
    struct DocumentAnchorStorage {
        IAssetAnchorRegistryLifecycle anchors;
        mapping(bytes32 subjectId => mapping(bytes32 role => Slot)) slots;
        mapping(bytes32 subjectId => bytes32[]) roles;
    }

    // keccak256(abi.encode(uint256(keccak256("moiety.storage.DocumentAnchor")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant DOCUMENT_ANCHOR_STORAGE =
        0x455862df2773ca4e4551c6ced066a7189e426c20932c368dcfcf9f0f5b5eed00;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Sets who decides about roles, and where subjects are registered. Called once, while the proxy is made.
    function initialize(address authority_, IAssetAnchorRegistryLifecycle anchors_) external initializer {
        __AccessManaged_init(authority_);
        _store().anchors = anchors_;
    }

    /// @inheritdoc IDocumentBundleAnchor
    function anchorBundle(
        bytes32 bundleHash,
        bytes32 subjectId,
        bytes32 role,
        uint256 documentCount,
        string calldata metadataURI
    ) external restricted {
        Slot storage slot = _requireNew(bundleHash, subjectId, role, documentCount);
        require(slot.active == 0, DocumentAnchorSlotTaken(subjectId, role, slot.active));
        require(
            slot.principal == address(0) || slot.principal == msg.sender,
            DocumentAnchorNotPrincipal(subjectId, role, msg.sender, slot.principal)
        );
        _store().anchors.registeredBy(subjectId); // reverts for a subject that nobody registered

        _store().roles[subjectId].push(role);
        _fill(slot, bundleHash, subjectId, role, documentCount, metadataURI);

        emit BundleAnchored(bundleHash, subjectId, role, documentCount);
    }

    /// @inheritdoc IDocumentBundleAnchor
    function supersedeBundle(
        bytes32 oldBundleHash,
        bytes32 newBundleHash,
        bytes32 subjectId,
        bytes32 role,
        uint256 documentCount,
        string calldata metadataURI
    ) external restricted {
        require(oldBundleHash != newBundleHash, DocumentAnchorSameBundle(newBundleHash));
        Slot storage slot = _requireNew(newBundleHash, subjectId, role, documentCount);
        require(
            oldBundleHash != 0 && oldBundleHash == slot.active,
            DocumentAnchorNotActive(oldBundleHash, subjectId, role, slot.active)
        );
        require(slot.principal == msg.sender, DocumentAnchorNotPrincipal(subjectId, role, msg.sender, slot.principal));

        slot.records[oldBundleHash].superseded = true;
        slot.records[oldBundleHash].supersededBy = newBundleHash;
        _fill(slot, newBundleHash, subjectId, role, documentCount, metadataURI);

        emit BundleSuperseded(oldBundleHash, newBundleHash, subjectId, role);
        emit BundleAnchored(newBundleHash, subjectId, role, documentCount);
    }

    /// @inheritdoc IDocumentBundleAnchorRecovery
    function assignSlotPrincipal(bytes32 subjectId, bytes32 role, address principal) external restricted {
        require(subjectId != 0 && role != 0, DocumentAnchorZeroValue(0, subjectId, role, 0));
        require(principal != address(0), DocumentAnchorZeroPrincipal(subjectId, role));

        _store().slots[subjectId][role].principal = principal;

        emit SlotPrincipalAssigned(subjectId, role, principal);
    }

    /// @inheritdoc IDocumentBundleAnchor
    function getAnchor(
        bytes32 bundleHash,
        bytes32 subjectId,
        bytes32 role
    ) external view returns (BundleRecord memory) {
        require(isAnchored(bundleHash, subjectId, role), DocumentAnchorUnknown(bundleHash, subjectId, role));
        return _store().slots[subjectId][role].records[bundleHash];
    }

    /// @inheritdoc IDocumentBundleAnchor
    function isAnchored(bytes32 bundleHash, bytes32 subjectId, bytes32 role) public view returns (bool) {
        return _store().slots[subjectId][role].records[bundleHash].anchoredBy != address(0);
    }

    /// @inheritdoc IDocumentBundleAnchor
    function activeBundle(bytes32 subjectId, bytes32 role) external view returns (bytes32) {
        return _store().slots[subjectId][role].active;
    }

    /// @inheritdoc IDocumentBundleAnchorRecovery
    function slotPrincipal(bytes32 subjectId, bytes32 role) external view returns (address) {
        return _store().slots[subjectId][role].principal;
    }

    /// @inheritdoc IDocumentAnchor
    function rolesOf(bytes32 subjectId) external view returns (bytes32[] memory) {
        return _store().roles[subjectId];
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return
            interfaceId == type(IERC165).interfaceId ||
            interfaceId == type(IDocumentBundleAnchor).interfaceId ||
            interfaceId == type(IDocumentBundleAnchorRecovery).interfaceId;
    }

    function _requireNew(
        bytes32 bundleHash,
        bytes32 subjectId,
        bytes32 role,
        uint256 documentCount
    ) private view returns (Slot storage slot) {
        require(
            bundleHash != 0 && subjectId != 0 && role != 0 && documentCount != 0,
            DocumentAnchorZeroValue(bundleHash, subjectId, role, documentCount)
        );
        require(!isAnchored(bundleHash, subjectId, role), DocumentAnchorExists(bundleHash, subjectId, role));
        return _store().slots[subjectId][role];
    }

    function _fill(
        Slot storage slot,
        bytes32 bundleHash,
        bytes32 subjectId,
        bytes32 role,
        uint256 documentCount,
        string calldata metadataURI
    ) private {
        slot.active = bundleHash;
        slot.principal = msg.sender;
        slot.records[bundleHash] = BundleRecord({
            bundleHash: bundleHash,
            subjectId: subjectId,
            role: role,
            anchoredBy: msg.sender,
            anchoredAt: uint64(block.timestamp),
            documentCount: documentCount,
            metadataURI: metadataURI,
            superseded: false,
            supersededBy: 0
        });
    }

    function _store() private pure returns (DocumentAnchorStorage storage store) {
        assembly {
            store.slot := DOCUMENT_ANCHOR_STORAGE
        }
    }

    function _authorizeUpgrade(address) internal override restricted {}
}
