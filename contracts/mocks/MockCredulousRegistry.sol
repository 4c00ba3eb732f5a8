// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimTopicsRegistry, IIdentity, IIdentityRegistry, ITrustedIssuersRegistry} from "../standards/IERC3643.sol";

/// @notice An identity registry for which everybody is verified, whatever the identity does: what is left is the verifier's own
/// check. It can also be made to answer nonsense.
contract MockCredulousRegistry is IIdentityRegistry {
    ITrustedIssuersRegistry public immutable issuersRegistry;
    IClaimTopicsRegistry public immutable topicsRegistry;
    uint256 private _identity;
    uint256 private _country = 250;
    uint256 private _isVerified = 1;

    constructor(IClaimTopicsRegistry topics, ITrustedIssuersRegistry issuers) {
        topicsRegistry = topics;
        issuersRegistry = issuers;
    }

    function setIdentity(uint256 word) external {
        _identity = word;
    }

    function setCountry(uint256 word) external {
        _country = word;
    }

    function setVerified(uint256 word) external {
        _isVerified = word;
    }

    /// @inheritdoc IIdentityRegistry
    function isVerified(address) external view returns (bool) {
        _answer(_isVerified);
    }

    /// @inheritdoc IIdentityRegistry
    function identity(address) external view returns (IIdentity) {
        _answer(_identity);
    }

    /// @inheritdoc IIdentityRegistry
    function investorCountry(address) external view returns (uint16) {
        _answer(_country);
    }

    function _answer(uint256 word) private pure {
        assembly ("memory-safe") {
            mstore(0x00, word)
            return(0x00, 0x20)
        }
    }
}
