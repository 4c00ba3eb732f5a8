// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IAssetBoundTokenId} from "../standards/IERC8325.sol";
import {IDocumentBundleAnchor} from "../standards/IERC8326.sol";
import {DISCLOSURE_ROLE, IDisclosures} from "./IDisclosures.sol";

/// @title Who has read the risks (see `IDisclosures`)
contract Disclosures is IDisclosures, EIP712 {
    bytes32 private constant ACKNOWLEDGEMENT_TYPEHASH = keccak256(
        "Acknowledgement(address wallet,uint256 asset,bytes32 bundleHash,uint64 deadline)"
    );

    IAssetBoundTokenId public immutable shares;
    IDocumentBundleAnchor public immutable documents;

    mapping(uint256 id => mapping(bytes32 bundleHash => mapping(address wallet => uint64))) private _acknowledgedAt;

    constructor(IAssetBoundTokenId shares_, IDocumentBundleAnchor documents_) EIP712("Moiety Disclosures", "1") {
        shares = shares_;
        documents = documents_;
    }

    /// @inheritdoc IDisclosures
    function acknowledge(uint256 id, bytes32 bundleHash) external {
        _acknowledge(msg.sender, id, bundleHash);
    }

    /// @inheritdoc IDisclosures
    function acknowledgeFor(
        address wallet,
        uint256 id,
        bytes32 bundleHash,
        uint64 deadline,
        bytes calldata signature
    ) external {
        require(block.timestamp <= deadline, DisclosuresExpired(deadline, block.timestamp));
        bytes32 digest = hashAcknowledgement(wallet, id, bundleHash, deadline);
        require(
            SignatureChecker.isValidSignatureNowCalldata(wallet, digest, signature),
            DisclosuresInvalidSignature(wallet, digest)
        );

        _acknowledge(wallet, id, bundleHash);
    }

    /// @inheritdoc IDisclosures
    function hasAcknowledged(uint256 id, address wallet) external view returns (bool) {
        // The zero bundle, of an asset without disclosures, can never have been acknowledged.
        return _acknowledgedAt[id][currentDisclosure(id)][wallet] != 0;
    }

    /// @inheritdoc IDisclosures
    function acknowledgedAt(uint256 id, address wallet, bytes32 bundleHash) external view returns (uint64) {
        return _acknowledgedAt[id][bundleHash][wallet];
    }

    /// @inheritdoc IDisclosures
    function currentDisclosure(uint256 id) public view returns (bytes32) {
        try shares.anchorIdOf(id) returns (bytes32 subjectId) {
            return documents.activeBundle(subjectId, DISCLOSURE_ROLE);
        } catch {
            return 0;
        }
    }

    /// @inheritdoc IDisclosures
    function hashAcknowledgement(
        address wallet,
        uint256 id,
        bytes32 bundleHash,
        uint64 deadline
    ) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(ACKNOWLEDGEMENT_TYPEHASH, wallet, id, bundleHash, deadline)));
    }

    function _acknowledge(address wallet, uint256 id, bytes32 bundleHash) private {
        bytes32 current = currentDisclosure(id);
        require(bundleHash != 0 && bundleHash == current, DisclosuresNotCurrent(id, bundleHash, current));
        if (_acknowledgedAt[id][bundleHash][wallet] != 0) return;

        _acknowledgedAt[id][bundleHash][wallet] = uint64(block.timestamp);

        emit DisclosureAcknowledged(id, wallet, bundleHash);
    }
}
