// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    IClaimIssuer,
    IClaimTopicsRegistry,
    IIdentity,
    IIdentityRegistry,
    ITrustedIssuersRegistry
} from "../standards/IERC3643.sol";

/// @notice An ERC-3643 identity registry that behaves as the reference does, its known defect included: `isVerified` asks whichever
/// issuer the identity names, not the trusted one it looked for (ERC-3643#101). Open to everybody.
contract MockIdentityRegistry is IIdentityRegistry {
    ITrustedIssuersRegistry public issuersRegistry;
    IClaimTopicsRegistry public topicsRegistry;
    mapping(address wallet => IIdentity) public identity;
    mapping(address wallet => uint16) public investorCountry;

    constructor(IClaimTopicsRegistry topics, ITrustedIssuersRegistry issuers) {
        topicsRegistry = topics;
        issuersRegistry = issuers;
    }

    function registerIdentity(address _userAddress, IIdentity _identity, uint16 _country) external {
        identity[_userAddress] = _identity;
        investorCountry[_userAddress] = _country;
    }

    function setRegistries(IClaimTopicsRegistry topics, ITrustedIssuersRegistry issuers) external {
        topicsRegistry = topics;
        issuersRegistry = issuers;
    }

    /// @inheritdoc IIdentityRegistry
    function isVerified(address _userAddress) external view returns (bool) {
        IIdentity known = identity[_userAddress];
        if (address(known) == address(0)) return false;

        uint256[] memory topics = topicsRegistry.getClaimTopics();
        for (uint256 i = 0; i < topics.length; ++i) {
            if (!_hasClaim(known, topics[i])) return false;
        }
        return true;
    }

    function _hasClaim(IIdentity known, uint256 topic) private view returns (bool) {
        IClaimIssuer[] memory trusted = issuersRegistry.getTrustedIssuersForClaimTopic(topic);
        for (uint256 i = 0; i < trusted.length; ++i) {
            bytes32 id = keccak256(abi.encode(trusted[i], topic));
            (uint256 namedTopic, , address namedIssuer, bytes memory signature, bytes memory data, ) = known.getClaim(
                id
            );
            if (namedTopic != topic) continue;
            try IClaimIssuer(namedIssuer).isClaimValid(known, topic, signature, data) returns (bool valid) {
                if (valid) return true;
            } catch {
                continue;
            }
        }
        return false;
    }
}
