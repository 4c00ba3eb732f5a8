// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IERC1643} from "../standards/IERC1643.sol";

/// @title The documents of one asset, for tools that know ERC-1643 only
/// @notice Everything it says is derived from `DocumentAnchor`: a document's name is the role of a slot of this subject, its hash
/// the *bundle hash* of the slot's active bundle (not the hash of a file), its uri the bundle's, its time when that was
/// anchored. `setDocument` anchors or supersedes a bundle that is said to have one document.
/// @dev Only `removeDocument` has a meaning of its own: a slot never becomes empty, so the facade hides the bundle that was there
/// when the document was removed, and shows the slot again once another has taken its place.
/// It asks the authority of `DocumentAnchor` whether the caller might anchor himself, and keeps who set a name: nobody else sets or
/// removes it. It needs the right to anchor (the issuer's role) and is the principal of what it anchors; a slot that is another's
/// can be read through it, but not set. A setter who has left: compliance gives the slot to his successor, who goes directly.
interface IDocumentFacade is IERC165, IERC1643 {
    /// @notice The caller has no right to anchor documents.
    /// @dev Ask whoever administers the authority.
    error DocumentFacadeUnauthorized(address account);
    /// @notice The name was set by `setter`.
    /// @dev Ask him, or have compliance reassign the slot.
    error DocumentFacadeNotSetter(bytes32 name, address account, address setter);
    /// @notice A document that nobody can fetch is no document.
    /// @dev Give its uri; a bundle without one can be anchored directly.
    error DocumentFacadeEmptyUri(bytes32 name);
    /// @notice There is no such document now.
    /// @dev Do nothing; it was never there, or was removed.
    error DocumentFacadeUnknown(bytes32 name);
}
