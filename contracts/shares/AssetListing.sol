// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {BINDING_SCOPE_TOKEN_ID} from "../assets/IAnchorRegistry.sol";
import {
    AnchorRecord,
    IAssetAnchorRegistry,
    IAssetAnchorRegistryLifecycle,
    IAssetAnchorRegistryRecovery
} from "../standards/IERC8325.sol";
import {AssetLife} from "./AssetLife.sol";
import {AssetState, IShareToken} from "./IShareToken.sol";
import {RecordLib} from "./RecordLib.sol";
import {Asset, RegisterStorage, ShareState} from "./ShareState.sol";

/// @title Listing an asset and moving it along its life
/// @dev A library of its own for the size of the token's code only.
library AssetListing {
    using AssetLife for AssetState;

    uint64 private constant LARGEST_CAP = type(uint64).max >> 1;

    function list(uint256 id, bytes32 anchorId, uint64 cap, string calldata uri) external {
        RegisterStorage storage $ = ShareState.get();
        Asset storage asset = $.assets[id];
        require(asset.state == AssetState.Unlisted, IShareToken.ShareTokenAssetExists(id));
        require(anchorId != 0 && cap != 0 && cap <= LARGEST_CAP, IShareToken.ShareTokenInvalidTerms(id, anchorId, cap));
        require(_isBound(anchorId, id), IShareToken.ShareTokenAnchorNotBound(id, anchorId));

        asset.state = AssetState.Listed;
        asset.cap = cap;
        asset.nextInstant = RecordLib.NO_INSTANT;
        asset.anchorId = anchorId;
        $.uris[id] = uri;

        emit IShareToken.AssetListed(id, anchorId, cap);
        emit IERC1155.URI(uri, id);
    }

    function setState(uint256 id, AssetState next) external {
        Asset storage asset = ShareState.listed(id);
        AssetState state = asset.state;
        require(
            state.mayFollow(next) && (next != AssetState.Retired || asset.supply == 0),
            IShareToken.ShareTokenNoSuchTransition(id, state, next)
        );

        asset.state = next;

        emit IShareToken.AssetStateChanged(id, state, next);
    }

    /// @notice Both directions: the register names the anchor, and the anchor this token and id, actively and validly.
    function isBound(bytes32 anchorId, uint256 id) external view returns (bool) {
        return _isBound(anchorId, id);
    }

    function _isBound(bytes32 anchorId, uint256 id) private view returns (bool) {
        address anchors = ShareState.get().anchors;
        AnchorRecord memory anchor = IAssetAnchorRegistry(anchors).getAnchor(anchorId);
        return
            anchor.boundToken == address(this) &&
            anchor.bindingScope == BINDING_SCOPE_TOKEN_ID &&
            anchor.boundTokenId == id &&
            IAssetAnchorRegistryLifecycle(anchors).isActive(anchorId) &&
            IAssetAnchorRegistryRecovery(anchors).isBindingValid(anchorId);
    }
}
