// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IDocumentBundleAnchor, IDocumentBundleAnchorRecovery} from "../standards/IERC8326.sol";

/// @title The documents of the assets (ERC-8326 with recovery)
/// @notice Says which bundle of documents counts for which asset and purpose, and which counted before. The subject is the asset's
/// ERC-8325 anchor id, and has to be registered. A slot (subject, role) belongs to its principal: whoever filled it last, or whom
/// compliance gave it to.
/// @dev Who may anchor at all is decided by the authority (the issuer's office), who may reassign slots too (compliance). Both
/// questions are asked: a principal without the office cannot anchor, an officer cannot touch another's slot.
/// WARNING: a hash says nothing about truth, and `documentCount` is what the anchorer says. Rebuild the bundle from its files.
interface IDocumentAnchor is IERC165, IDocumentBundleAnchor, IDocumentBundleAnchorRecovery {
    /// @notice Bundle, subject, role and number of documents are never zero.
    /// @dev Fill in what is missing.
    error DocumentAnchorZeroValue(bytes32 bundleHash, bytes32 subjectId, bytes32 role, uint256 documentCount);
    /// @notice A slot is never given to the zero address.
    /// @dev Name the principal.
    error DocumentAnchorZeroPrincipal(bytes32 subjectId, bytes32 role);
    /// @notice The bundle is or was in this slot; a bundle comes once.
    /// @dev Use the record that is there. What has been superseded does not come back.
    error DocumentAnchorExists(bytes32 bundleHash, bytes32 subjectId, bytes32 role);
    /// @notice The slot has the active bundle `active`.
    /// @dev Supersede it.
    error DocumentAnchorSlotTaken(bytes32 subjectId, bytes32 role, bytes32 active);
    /// @notice A bundle does not supersede itself.
    /// @dev Do nothing; the documents are the same.
    error DocumentAnchorSameBundle(bytes32 bundleHash);
    /// @notice Only the active bundle of a slot can be superseded.
    /// @dev Supersede `active`.
    error DocumentAnchorNotActive(bytes32 bundleHash, bytes32 subjectId, bytes32 role, bytes32 active);
    /// @notice The slot belongs to `principal`.
    /// @dev Ask him, or have compliance reassign the slot.
    error DocumentAnchorNotPrincipal(bytes32 subjectId, bytes32 role, address account, address principal);
    /// @notice The bundle never was in this slot.
    /// @dev Check hash, subject and role.
    error DocumentAnchorUnknown(bytes32 bundleHash, bytes32 subjectId, bytes32 role);

    /// @notice All roles that a subject has or had a bundle in, in the order in which they were first filled.
    function rolesOf(bytes32 subjectId) external view returns (bytes32[] memory);
}
