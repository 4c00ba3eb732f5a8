// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AssetState} from "../shares/IShareToken.sol";
import {Release} from "./CustodyTypes.sol";

/// @title Giving the thing itself to the one who holds all its shares
/// @notice In one transaction all shares are redeemed, the asset retires and the custodian is relieved. The chain checks that one
/// wallet holds every share, unfrozen and unlocked; that the asset is redeeming and has no open incident; that holder and custodian
/// have signed, and the issuer has approved.
/// @dev WARNING: the chain cannot check that the thing left the building in the condition that the receipt says.
/// An investor with several wallets gathers the shares in one while the asset is active.
interface ICustodyRelease {
    event ReleaseApproved(uint256 indexed id, bytes32 indexed releaseId, bool approved);
    event Released(uint256 indexed id, bytes32 indexed releaseId, Release release);

    /// @notice The release names `custodian`, but `responsible` answers for the thing.
    /// @dev Have the responsible custodian sign the release.
    error CustodyDeskNotResponsible(uint256 id, address custodian, address responsible);
    /// @notice The holder has `balance` shares of `supply`, and the release says `shareCount`; all three have to be the same.
    /// @dev Gather all shares in one wallet first.
    error CustodyDeskNotAllShares(uint256 id, uint256 balance, uint256 supply, uint256 shareCount);
    /// @notice A thing is given out while its asset is redeeming only.
    /// @dev Have the issuer move the asset to redeeming.
    error CustodyDeskNotRedeeming(uint256 id, AssetState state);
    /// @notice An incident has to be resolved first.
    /// @dev Have the issuer resolve what is open.
    error CustodyDeskIncidentOpen(uint256 id, uint256 open);

    /// @notice Approves a release, or takes the approval back. For the issuer.
    function approveRelease(uint256 id, Release calldata release_, bool approved) external;

    /// @notice Carries out a release that holder and custodian have signed and the issuer has approved. For anybody.
    function release(
        uint256 id,
        Release calldata agreed,
        bytes calldata holderSignature,
        bytes calldata custodianSignature
    ) external;

    /// @notice The digest that holder and custodian sign.
    function hashRelease(Release calldata agreed) external view returns (bytes32);
}
