// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimIssuer, IClaimTopicsRegistry, ITrustedIssuersRegistry} from "../standards/IERC3643.sol";

/// @notice ERC-3643's registries of required topics and of trusted issuers in one, open to everybody.
contract MockTopicsAndIssuers is IClaimTopicsRegistry, ITrustedIssuersRegistry {
    uint256[] private _topics;
    mapping(uint256 topic => IClaimIssuer[]) private _issuers;

    function setTopics(uint256[] calldata topics) external {
        _topics = topics;
    }

    function setIssuers(uint256 topic, IClaimIssuer[] calldata issuers) external {
        _issuers[topic] = issuers;
    }

    /// @inheritdoc IClaimTopicsRegistry
    function getClaimTopics() external view returns (uint256[] memory) {
        return _topics;
    }

    /// @inheritdoc ITrustedIssuersRegistry
    function getTrustedIssuersForClaimTopic(uint256 claimTopic) external view returns (IClaimIssuer[] memory) {
        return _issuers[claimTopic];
    }
}
