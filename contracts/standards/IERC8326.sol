// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

// ERC-8326, bundles of documents (status Review when written, 2026-07). How a bundle's hash is made: `BundleHashLib`.

/// @notice What is known of an anchored bundle (the standard's `AnchorRecord`). Only the last two fields ever change, once.
struct BundleRecord {
    bytes32 bundleHash;
    bytes32 subjectId;
    bytes32 role;
    address anchoredBy;
    uint64 anchoredAt;
    uint256 documentCount;
    string metadataURI;
    bool superseded;
    bytes32 supersededBy;
}

/// @title Anchors of document bundles (ERC-165 id 0xb553fb02)
/// @notice A slot (subject, role) has at most one active bundle. A bundle is replaced, never removed.
interface IDocumentBundleAnchor {
    event BundleAnchored(
        bytes32 indexed bundleHash,
        bytes32 indexed subjectId,
        bytes32 indexed role,
        uint256 documentCount
    );
    event BundleSuperseded(
        bytes32 indexed oldBundleHash,
        bytes32 indexed newBundleHash,
        bytes32 indexed subjectId,
        bytes32 role
    );

    /// @notice Anchors the first bundle of a slot. Nothing but the uri may be zero or empty.
    function anchorBundle(
        bytes32 bundleHash,
        bytes32 subjectId,
        bytes32 role,
        uint256 documentCount,
        string calldata metadataURI
    ) external;

    /// @notice Replaces the active bundle of a slot by one that was never in it.
    function supersedeBundle(
        bytes32 oldBundleHash,
        bytes32 newBundleHash,
        bytes32 subjectId,
        bytes32 role,
        uint256 documentCount,
        string calldata metadataURI
    ) external;

    /// @notice The whole record; reverts if there is none.
    function getAnchor(bytes32 bundleHash, bytes32 subjectId, bytes32 role) external view returns (BundleRecord memory);

    /// @notice Whether the bundle ever was in the slot; true for superseded ones too.
    function isAnchored(bytes32 bundleHash, bytes32 subjectId, bytes32 role) external view returns (bool);

    /// @notice The bundle that counts now; zero if the slot was never used.
    function activeBundle(bytes32 subjectId, bytes32 role) external view returns (bytes32);
}

/// @title Whose a slot is (ERC-165 id 0x0df58749)
interface IDocumentBundleAnchorRecovery {
    event SlotPrincipalAssigned(bytes32 indexed subjectId, bytes32 indexed role, address indexed principal);

    /// @notice Who alone may fill the slot; zero if anybody who may anchor.
    function slotPrincipal(bytes32 subjectId, bytes32 role) external view returns (address);

    /// @notice Gives the slot to `principal`, who still needs the right to anchor.
    function assignSlotPrincipal(bytes32 subjectId, bytes32 role, address principal) external;
}
