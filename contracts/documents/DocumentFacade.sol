// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAuthority} from "@openzeppelin/contracts/access/manager/IAuthority.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IERC1643} from "../standards/IERC1643.sol";
import {BundleRecord} from "../standards/IERC8326.sol";
import {IDocumentAnchor} from "./IDocumentAnchor.sol";
import {IDocumentFacade} from "./IDocumentFacade.sol";

/// @title The documents of one asset by ERC-1643 (see `IDocumentFacade`)
contract DocumentFacade is IDocumentFacade {
    IDocumentAnchor public immutable documents;
    bytes32 public immutable subjectId;

    mapping(bytes32 name => address) private _setters;
    /// The bundle that a removed document had; hidden while it is the active one.
    mapping(bytes32 name => bytes32) private _removed;

    constructor(IDocumentAnchor documents_, bytes32 subjectId_) {
        documents = documents_;
        subjectId = subjectId_;
    }

    /// @inheritdoc IERC1643
    function setDocument(bytes32 name, string calldata uri, bytes32 documentHash) external {
        _requireSetter(name);
        require(bytes(uri).length != 0, DocumentFacadeEmptyUri(name));
        bytes32 active = documents.activeBundle(subjectId, name);

        _setters[name] = msg.sender;
        if (active == 0) documents.anchorBundle(documentHash, subjectId, name, 1, uri);
        else documents.supersedeBundle(active, documentHash, subjectId, name, 1, uri);

        emit DocumentUpdated(name, uri, documentHash);
    }

    /// @inheritdoc IERC1643
    function removeDocument(bytes32 name) external {
        _requireSetter(name);
        bytes32 shown = _shown(name);
        require(shown != 0, DocumentFacadeUnknown(name));
        BundleRecord memory record = documents.getAnchor(shown, subjectId, name);

        _removed[name] = shown;

        emit DocumentRemoved(name, record.metadataURI, shown);
    }

    /// @inheritdoc IERC1643
    /// @dev Empty for a name that nobody set, or that was removed.
    function getDocument(bytes32 name) external view returns (string memory uri, bytes32 hash, uint256 time) {
        hash = _shown(name);
        if (hash == 0) return ("", 0, 0);

        BundleRecord memory record = documents.getAnchor(hash, subjectId, name);
        return (record.metadataURI, hash, record.anchoredAt);
    }

    /// @inheritdoc IERC1643
    function getAllDocuments() external view returns (bytes32[] memory names) {
        bytes32[] memory roles = documents.rolesOf(subjectId);
        uint256 count = 0;
        for (uint256 i = 0; i < roles.length; ++i) if (_shown(roles[i]) != 0) ++count;

        names = new bytes32[](count);
        for (uint256 i = roles.length; i > 0; --i) if (_shown(roles[i - 1]) != 0) names[--count] = roles[i - 1];
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IERC165).interfaceId || interfaceId == type(IERC1643).interfaceId;
    }

    function _requireSetter(bytes32 name) private view {
        IAuthority authority = IAuthority(IAccessManaged(address(documents)).authority());
        require(
            authority.canCall(msg.sender, address(documents), documents.anchorBundle.selector),
            DocumentFacadeUnauthorized(msg.sender)
        );
        address setter = _setters[name];
        require(setter == address(0) || setter == msg.sender, DocumentFacadeNotSetter(name, msg.sender, setter));
    }

    function _shown(bytes32 name) private view returns (bytes32) {
        bytes32 active = documents.activeBundle(subjectId, name);
        return active == _removed[name] ? bytes32(0) : active;
    }
}
