// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IIdentity} from "../standards/IERC3643.sol";

/// @notice An ONCHAINID identity as the reference writes it: claims are filed under issuer and topic. Anybody may add any, since
/// the test is its owner.
contract MockIdentity is IIdentity {
    struct Claim {
        uint256 topic;
        uint256 scheme;
        address issuer;
        bytes signature;
        bytes data;
        string uri;
    }

    mapping(bytes32 claimId => Claim) private _claims;

    function addClaim(uint256 topic, address issuer, bytes calldata signature, bytes calldata data) external {
        _claims[keccak256(abi.encode(issuer, topic))] = Claim(topic, 1, issuer, signature, data, "https://claims.test");
    }

    function removeClaim(bytes32 claimId) external {
        delete _claims[claimId];
    }

    /// @inheritdoc IIdentity
    function getClaim(
        bytes32 _claimId
    ) public view virtual returns (uint256, uint256, address, bytes memory, bytes memory, string memory) {
        Claim storage claim = _claims[_claimId];
        return (claim.topic, claim.scheme, claim.issuer, claim.signature, claim.data, claim.uri);
    }
}
