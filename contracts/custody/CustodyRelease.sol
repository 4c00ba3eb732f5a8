// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetState} from "../shares/IShareToken.sol";
import {CustodyIncidents} from "./CustodyIncidents.sol";
import {Release} from "./CustodyTypes.sol";
import {ICustodyRelease} from "./ICustodyRelease.sol";

/// @title The thing for all its shares (see `ICustodyRelease`)
abstract contract CustodyRelease is CustodyIncidents, ICustodyRelease {
    bytes32 private constant RELEASE_TYPEHASH = keccak256(
        "Release(bytes32 subjectId,address holder,address custodian,uint256 shareCount,bytes32 receiptHash,uint64 expiresAt,uint256 nonce)"
    );

    /// @inheritdoc ICustodyRelease
    function approveRelease(uint256 id, Release calldata release_, bool approved) external restricted {
        bytes32 releaseId = hashRelease(release_);
        _requireSubject(id, release_.subjectId);

        _setApproval(releaseId, approved);

        emit ReleaseApproved(id, releaseId, approved);
    }

    /// @inheritdoc ICustodyRelease
    function release(
        uint256 id,
        Release calldata agreed,
        bytes calldata holderSignature,
        bytes calldata custodianSignature
    ) external {
        _requireReleasable(id, agreed);
        bytes32 releaseId = hashRelease(agreed);
        _requireSigned(agreed.holder, releaseId, holderSignature);
        _requireSigned(agreed.custodian, releaseId, custodianSignature);

        _useApproval(releaseId);
        _useNonce(agreed.holder, agreed.nonce);
        // One who keeps his own thing signs once.
        if (agreed.custodian != agreed.holder) _useNonce(agreed.custodian, agreed.nonce);
        _relieve(id);

        emit Released(id, releaseId, agreed);

        shares.burn(agreed.holder, id, agreed.shareCount);
        shares.setAssetState(id, AssetState.Retired);
    }

    /// @inheritdoc ICustodyRelease
    function hashRelease(Release calldata agreed) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(RELEASE_TYPEHASH, agreed)));
    }

    function _requireReleasable(uint256 id, Release calldata agreed) private view {
        address responsible = custodianOf(id);
        AssetState state = shares.stateOf(id);
        uint256 balance = shares.balanceOf(agreed.holder, id);
        uint256 supply = shares.totalSupply(id);
        uint256 open = _openIncidents(id);
        _requireSubject(id, agreed.subjectId);
        _requireNotExpired(agreed.expiresAt);
        require(agreed.receiptHash != 0, CustodyDeskZeroHash(id));
        require(responsible != address(0), CustodyDeskNobodyResponsible(id));
        require(agreed.custodian == responsible, CustodyDeskNotResponsible(id, agreed.custodian, responsible));
        require(state == AssetState.Redeeming, CustodyDeskNotRedeeming(id, state));
        require(open == 0, CustodyDeskIncidentOpen(id, open));
        require(
            supply != 0 && balance == supply && agreed.shareCount == supply,
            CustodyDeskNotAllShares(id, balance, supply, agreed.shareCount)
        );
    }
}
