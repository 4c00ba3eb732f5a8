// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {ICustodyAttestations} from "./ICustodyAttestations.sol";
import {ICustodyMandates} from "./ICustodyMandates.sol";

/// @title What everything that is signed for the custody desk has in common: signatures, nonces, approvals, subjects
abstract contract CustodySignatures is EIP712, ICustodyMandates, ICustodyAttestations {
    using BitMaps for BitMaps.BitMap;

    IShareToken public immutable shares;

    /// One bit per nonce, 256 to a word.
    mapping(address signer => BitMaps.BitMap) private _usedNonces;
    /// Hand-overs and releases that the issuer approves; their types keep the digests apart.
    mapping(bytes32 digest => bool) private _approvals;

    constructor(IShareToken shares_) EIP712("Moiety CustodyDesk", "1") {
        shares = shares_;
    }

    /// @inheritdoc ICustodyAttestations
    function revokeNonce(uint256 nonce) external {
        _useNonce(msg.sender, nonce);

        emit NonceRevoked(msg.sender, nonce);
    }

    /// @inheritdoc ICustodyAttestations
    function isNonceUsed(address signer, uint256 nonce) public view returns (bool) {
        return _usedNonces[signer].get(nonce);
    }

    /// @inheritdoc ICustodyMandates
    function isApproved(bytes32 digest) external view returns (bool) {
        return _approvals[digest];
    }

    function _setApproval(bytes32 digest, bool approved) internal {
        _approvals[digest] = approved;
    }

    /// Takes the approval of what is carried out now: it is good for once.
    function _useApproval(bytes32 digest) internal {
        require(_approvals[digest], CustodyDeskNotApproved(digest));
        delete _approvals[digest];
    }

    function _useNonce(address signer, uint256 nonce) internal {
        require(!isNonceUsed(signer, nonce), CustodyDeskNonceUsed(signer, nonce));
        _usedNonces[signer].set(nonce);
    }

    function _requireSigned(address signer, bytes32 digest, bytes calldata signature) internal view {
        require(
            SignatureChecker.isValidSignatureNowCalldata(signer, digest, signature),
            CustodyDeskInvalidSignature(signer, digest)
        );
    }

    function _requireSubject(uint256 id, bytes32 subjectId) internal view {
        bytes32 anchorId = shares.anchorIdOf(id);
        require(subjectId == anchorId, CustodyDeskWrongSubject(id, subjectId, anchorId));
    }

    function _requireNotExpired(uint64 expiresAt) internal view {
        require(block.timestamp <= expiresAt, CustodyDeskExpired(expiresAt, block.timestamp));
    }
}
