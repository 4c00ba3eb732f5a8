// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

// ERC-3643 (final) and the identities it builds on (ERC-735 claims): what is read here of an existing investor base. Only
// these functions; their signatures are the standard's.

/// @title An investor's identity contract (ONCHAINID), of which only its claims matter here
/// @dev WARNING: it belongs to the investor, who may have written it. Nothing it says is to be believed without its issuer.
interface IIdentity {
    /// @notice The claim under `_claimId`, which is `keccak256(abi.encode(issuer, topic))`; all zero if there is none.
    function getClaim(
        bytes32 _claimId
    )
        external
        view
        returns (
            uint256 topic,
            uint256 scheme,
            address issuer,
            bytes memory signature,
            bytes memory data,
            string memory uri
        );
}

/// @title Who issues claims, and can take them back
interface IClaimIssuer is IIdentity {
    /// @notice Whether the claim carried by `_sig` was taken back.
    function isClaimRevoked(bytes calldata _sig) external view returns (bool);

    /// @notice Whether this issuer signed `sig` over (`_identity`, `claimTopic`, `data`) and has not taken it back.
    function isClaimValid(
        IIdentity _identity,
        uint256 claimTopic,
        bytes calldata sig,
        bytes calldata data
    ) external view returns (bool);
}

/// @title Whose claims count, by topic
interface ITrustedIssuersRegistry {
    /// @notice The issuers trusted for `claimTopic`.
    function getTrustedIssuersForClaimTopic(uint256 claimTopic) external view returns (IClaimIssuer[] memory);
}

/// @title About what there has to be a claim
interface IClaimTopicsRegistry {
    /// @notice Topics of which an investor needs a claim each.
    function getClaimTopics() external view returns (uint256[] memory);
}

/// @title Wallets, their identities and countries
interface IIdentityRegistry {
    /// @notice Whether the investor behind the wallet counts as verified there.
    /// @dev WARNING: true does not mean it: the reference implementation believes an identity contract that answers with
    /// another issuer's claim.
    function isVerified(address _userAddress) external view returns (bool);

    /// @notice The identity contract of a wallet; zero if it has none.
    function identity(address _userAddress) external view returns (IIdentity);

    /// @notice ISO 3166-1 numeric country of a wallet's investor.
    function investorCountry(address _userAddress) external view returns (uint16);

    function issuersRegistry() external view returns (ITrustedIssuersRegistry);
    function topicsRegistry() external view returns (IClaimTopicsRegistry);
}
