// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {IAssetAnchorRegistryLifecycle} from "../standards/IERC8325.sol";
import {CustodyHandOver} from "./CustodyHandOver.sol";
import {CustodyRelease} from "./CustodyRelease.sol";
import {CustodySignatures} from "./CustodySignatures.sol";
import {Properties} from "./CustodyTypes.sol";
import {ICustodyDesk} from "./ICustodyDesk.sol";

/// @title Custody of the things behind the assets (see `ICustodyDesk`)
contract CustodyDesk is ICustodyDesk, CustodyHandOver, CustodyRelease {
    mapping(uint256 id => Properties) private _properties;

    constructor(address authority_, IShareToken shares_) AccessManaged(authority_) CustodySignatures(shares_) {}

    /// @inheritdoc ICustodyDesk
    function setProperties(uint256 id, Properties calldata properties) external restricted {
        require(
            bytes(properties.tokenIssuer).length != 0 &&
                bytes(properties.assetHolder).length != 0 &&
                bytes(properties.storageLocation).length != 0 &&
                bytes(properties.terms).length != 0 &&
                bytes(properties.jurisdiction).length != 0 &&
                bytes(properties.declaredValue.currency).length != 0,
            CustodyDeskIncompleteProperties(id)
        );
        // Asking for the subject refuses an asset that nobody listed.
        shares.anchorIdOf(id);

        _properties[id] = properties;

        emit PropertiesSet(id, properties);
    }

    /// @inheritdoc ICustodyDesk
    function getPropertiesOf(uint256 id) external view returns (Properties memory) {
        return _properties[id];
    }

    /// @inheritdoc ICustodyDesk
    function isBacked(uint256 id) public view returns (bool) {
        return _openIncidents(id) == 0 && _wordUntil(id) != 0 && shares.isAnchorActiveFor(id);
    }

    /// @inheritdoc ICustodyDesk
    function backedUntil(uint256 id) external view returns (uint64) {
        if (!isBacked(id)) return 0;

        uint64 anchor = IAssetAnchorRegistryLifecycle(shares.anchorRegistry())
            .getMetadata(shares.anchorIdOf(id))
            .expiresAt;
        return _earlier(_wordUntil(id), anchor);
    }
}
