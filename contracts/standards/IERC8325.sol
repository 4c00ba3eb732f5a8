// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

// ERC-8325, asset anchors (status Review when written, 2026-07). `anchorId = keccak256(abi.encode(legalHash, evidenceHash))`.

/// @notice The historical record of an anchor. Only `active` ever changes after binding.
struct AnchorRecord {
    bytes32 anchorId;
    bytes32 legalHash;
    bytes32 evidenceHash;
    address boundToken;
    bytes32 bindingScope;
    uint256 boundTokenId;
    uint64 registeredAt;
    bool active;
}

/// @notice What is known of the asset behind an anchor. `bytes` form: `abi.encode` of these fields in this order.
struct AnchorMetadata {
    bytes32 assetClass;
    bytes32 jurisdiction;
    uint64 attestationDate;
    uint64 expiresAt;
    bytes uri;
    bytes extensions;
}

/// @title Registry of anchors (ERC-165 id 0x52a94b86)
/// @notice Ties a legal claim and its evidence to one token.
interface IAssetAnchorRegistry {
    event AnchorRegistered(bytes32 indexed anchorId, bytes32 legalHash, bytes32 evidenceHash);
    event TokenBound(bytes32 indexed anchorId, address indexed token, bytes32 indexed bindingScope, uint256 tokenId);
    event AnchorDeactivated(bytes32 indexed anchorId, string reason);
    event AnchorReattested(
        bytes32 indexed anchorId,
        uint64 oldExpiresAt,
        uint64 newExpiresAt,
        uint64 newAttestationDate
    );

    /// @notice Registers an anchor and returns its id. Hashes, class and jurisdiction may not be zero.
    function registerAnchor(
        bytes32 legalHash,
        bytes32 evidenceHash,
        bytes calldata metadata
    ) external returns (bytes32 anchorId);

    /// @notice Binds an active anchor to a token that no other valid anchor is bound to.
    function bindToken(bytes32 anchorId, address token, bytes32 bindingScope, uint256 tokenId) external;

    /// @notice `registerAnchor` and `bindToken` in one step.
    function registerAndBind(
        bytes32 legalHash,
        bytes32 evidenceHash,
        bytes calldata metadata,
        address token,
        bytes32 bindingScope,
        uint256 tokenId
    ) external returns (bytes32 anchorId);

    function getAnchor(bytes32 anchorId) external view returns (AnchorRecord memory);
    function isBound(bytes32 anchorId) external view returns (bool);
}

/// @title Life of an anchor (ERC-165 id 0x6d8a9795)
interface IAssetAnchorRegistryLifecycle {
    function getMetadata(bytes32 anchorId) external view returns (AnchorMetadata memory);
    function registeredBy(bytes32 anchorId) external view returns (address);

    /// @notice False once deactivated or expired.
    function isActive(bytes32 anchorId) external view returns (bool);

    /// @notice Ends an anchor. There is no way back, not by `reattest` either.
    function deactivateAnchor(bytes32 anchorId, string calldata reason) external;

    /// @notice Prolongs an anchor after its evidence was looked at again.
    function reattest(bytes32 anchorId, uint64 newExpiresAt, uint64 newAttestationDate) external;
}

/// @title Taking back a wrong binding (ERC-165 id 0xe2cb93dc)
interface IAssetAnchorRegistryRecovery {
    event TokenBindingInvalidated(
        bytes32 indexed anchorId,
        address indexed token,
        bytes32 indexed bindingScope,
        uint256 tokenId,
        bytes32 reasonHash
    );

    /// @notice Frees the token for another anchor; the record of what was bound stays.
    function invalidateTokenBinding(bytes32 anchorId, bytes32 reasonHash) external;

    function isBindingValid(bytes32 anchorId) external view returns (bool);
}

/// @title Token side, per token id (ERC-165 id 0x4a967b01)
interface IAssetBoundTokenId is IERC165 {
    /// @notice The anchor of `tokenId`. Reverts for an unknown id and never changes.
    function anchorIdOf(uint256 tokenId) external view returns (bytes32);

    /// @notice The registry the anchors live in. Never changes.
    function anchorRegistry() external view returns (address);

    /// @notice Whether the anchor of `tokenId` is active and bound to this very token id.
    function isAnchorActiveFor(uint256 tokenId) external view returns (bool);
}
