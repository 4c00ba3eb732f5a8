// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {
    IAssetAnchorRegistry,
    IAssetAnchorRegistryLifecycle,
    IAssetAnchorRegistryRecovery
} from "../standards/IERC8325.sol";

/// @dev Scope of a binding to a whole token contract; the token id is then 0 and means nothing.
bytes32 constant BINDING_SCOPE_CONTRACT = keccak256("ERC-8325:BINDING_SCOPE:CONTRACT");

/// @dev Scope of a binding to one id of a token contract; every id is valid, 0 too.
bytes32 constant BINDING_SCOPE_TOKEN_ID = keccak256("ERC-8325:BINDING_SCOPE:TOKEN_ID");

/// @title The anchors of real-world assets (ERC-8325 with lifecycle and recovery)
/// @notice Says which legal claim, with which evidence, stands behind which token. An anchor is bound once and its record
/// never changes again, except that it can end; a token has at most one valid anchor.
/// @dev Who may act is decided by the authority per function; holders of a role act for the same office, so that an anchor
/// need not be bound by the very account that registered it.
/// WARNING: the same deed with other evidence is another anchor. Whether two anchors mean the same thing in the world is the
/// issuer's and the auditor's question; the registry cannot see it.
interface IAnchorRegistry is
    IERC165,
    IAssetAnchorRegistry,
    IAssetAnchorRegistryLifecycle,
    IAssetAnchorRegistryRecovery
{
    /// @notice Neither hash may be zero.
    /// @dev Hash both documents.
    error AnchorRegistryZeroHash(bytes32 legalHash, bytes32 evidenceHash);
    /// @notice The pair of hashes is registered already.
    /// @dev Use the anchor that is there, or other evidence.
    error AnchorRegistryExists(bytes32 anchorId);
    /// @notice No anchor is registered under this id.
    /// @dev Check the anchor id, or register the anchor.
    error AnchorRegistryUnknown(bytes32 anchorId);
    /// @notice Asset class, jurisdiction and uri have to be there.
    /// @dev Add what is missing.
    error AnchorRegistryIncompleteMetadata(bytes32 assetClass, bytes32 jurisdiction, bytes uri);
    /// @notice An anchor is attested after the epoch and not in the future, and expires after that and not in the past. A re-attestation
    /// moves neither date backwards and has to expire after `time`.
    /// @dev Correct the dates.
    error AnchorRegistryInvalidDates(uint64 attestationDate, uint64 expiresAt, uint256 time);
    /// @notice The anchor was deactivated or has expired.
    /// @dev Re-attest an expired anchor; register a new one for a deactivated one.
    error AnchorRegistryNotActive(bytes32 anchorId);
    /// @notice The anchor was deactivated, and that is for good.
    /// @dev Register a new anchor with new evidence.
    error AnchorRegistryDeactivated(bytes32 anchorId);
    /// @notice The anchor was bound before; a binding is made once, even if it was invalidated since.
    /// @dev Register a new anchor for another token.
    error AnchorRegistryAlreadyBound(bytes32 anchorId, address token, bytes32 bindingScope, uint256 tokenId);
    /// @notice The token is validly bound to `anchorId`.
    /// @dev Name another token, or have compliance invalidate the old binding.
    error AnchorRegistryTokenTaken(bytes32 anchorId, address token, bytes32 bindingScope, uint256 tokenId);
    /// @notice The scope is not one of the two, or a whole contract was named with a token id.
    /// @dev Bind to a token id, or to a whole contract with token id 0.
    error AnchorRegistryInvalidScope(bytes32 bindingScope, uint256 tokenId);
    /// @notice The token is the zero address, or declares `registry` as the home of its anchors.
    /// @dev Name a token that declares this registry, or none.
    error AnchorRegistryInvalidToken(address token, address registry);
    /// @notice The anchor was never bound.
    /// @dev Check the anchor id, or bind the anchor.
    error AnchorRegistryNotBound(bytes32 anchorId);
    /// @notice The binding was invalidated before.
    /// @dev Do nothing; it is done.
    error AnchorRegistryAlreadyInvalidated(bytes32 anchorId);
    /// @notice An invalidation needs the hash of its reason.
    /// @dev Hash the document that gives the reason.
    error AnchorRegistryZeroReason(bytes32 anchorId);
}
