// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Names of transfer domains and asset classes
/// @notice ERC-8327 wants every application to say how it derives them. Both are hashes under a prefix of their own, so that a country
/// is never taken for a class, nor ours for another application's.
library TransferDomainLib {
    bytes32 private constant COUNTRY = keccak256("MOIETY:DOMAIN:COUNTRY:V1");
    bytes32 private constant CLASS = keccak256("MOIETY:ASSET_CLASS:V1");
    bytes32 private constant ASSET = keccak256("MOIETY:ASSET_CLASS:SINGLE:V1");

    /// @notice The domain of investors of a country (ISO 3166-1 numeric).
    function ofCountry(uint16 country) internal pure returns (bytes32) {
        return keccak256(abi.encode(COUNTRY, country));
    }

    /// @notice The class of all assets whose anchor carries this label ("real-estate", ASCII, right-padded).
    function ofClass(bytes32 label) internal pure returns (bytes32) {
        return keccak256(abi.encode(CLASS, label));
    }

    /// @notice A class of one asset, where it has routes of its own.
    function ofAsset(uint256 id) internal pure returns (bytes32) {
        return keccak256(abi.encode(ASSET, id));
    }
}
