// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {IAssetAnchorRegistryLifecycle} from "../standards/IERC8325.sol";
import {Attestation, ICustodyDesk} from "./ICustodyDesk.sol";

/// @title Custody of the things behind the assets (see `ICustodyDesk`)
contract CustodyDesk is ICustodyDesk, AccessManaged, EIP712 {
    bytes32 private constant ATTESTATION_TYPEHASH = keccak256(
        "Attestation(bytes32 subjectId,uint8 kind,address attester,bytes32 evidenceHash,uint256 amount,bytes32 unit,uint64 asOf,uint64 expiresAt,uint256 nonce)"
    );
    uint8 private constant EXISTENCE = 0;
    uint8 private constant LAST_KIND = 3; // insurance

    IShareToken public immutable shares;

    mapping(uint256 id => address) private _custodians;
    mapping(uint256 id => mapping(address account => bool)) private _inspectors;
    mapping(uint256 id => mapping(uint8 kind => Attestation)) private _attestations;
    /// One bit per nonce, 256 to a word.
    mapping(address attester => mapping(uint256 word => uint256)) private _usedNonces;

    constructor(address authority_, IShareToken shares_) AccessManaged(authority_) EIP712("Moiety CustodyDesk", "1") {
        shares = shares_;
    }

    /// @inheritdoc ICustodyDesk
    function setCustodian(uint256 id, address custodian) external restricted {
        address before = _custodians[id];

        _custodians[id] = custodian;

        emit CustodianSet(id, custodian, before);
    }

    /// @inheritdoc ICustodyDesk
    function setInspector(uint256 id, address inspector, bool allowed) external restricted {
        _inspectors[id][inspector] = allowed;

        emit InspectorSet(id, inspector, allowed);
    }

    /// @inheritdoc ICustodyDesk
    function attest(uint256 id, Attestation calldata attestation, bytes calldata signature) external {
        _requireAcceptable(id, attestation);
        bytes32 attestationId = hashAttestation(attestation);
        require(
            SignatureChecker.isValidSignatureNowCalldata(attestation.attester, attestationId, signature),
            CustodyDeskInvalidSignature(attestation.attester, attestationId)
        );

        _useNonce(attestation.attester, attestation.nonce);
        _attestations[id][attestation.kind] = attestation;

        emit Attested(id, attestation.kind, attestationId, attestation);
    }

    /// @inheritdoc ICustodyDesk
    function revokeNonce(uint256 nonce) external {
        _useNonce(msg.sender, nonce);

        emit NonceRevoked(msg.sender, nonce);
    }

    /// @inheritdoc ICustodyDesk
    function isBacked(uint256 id) public view returns (bool) {
        Attestation storage existence = _attestations[id][EXISTENCE];
        return
            _custodians[id] != address(0) &&
            block.timestamp <= existence.expiresAt &&
            _isAppointed(id, existence.attester) &&
            shares.isAnchorActiveFor(id);
    }

    /// @inheritdoc ICustodyDesk
    function backedUntil(uint256 id) external view returns (uint64) {
        if (!isBacked(id)) return 0;

        uint64 existence = _attestations[id][EXISTENCE].expiresAt;
        uint64 anchor = IAssetAnchorRegistryLifecycle(shares.anchorRegistry())
            .getMetadata(shares.anchorIdOf(id))
            .expiresAt;
        return existence < anchor ? existence : anchor;
    }

    /// @inheritdoc ICustodyDesk
    function attestationOf(uint256 id, uint8 kind) external view returns (Attestation memory) {
        return _attestations[id][kind];
    }

    /// @inheritdoc ICustodyDesk
    function custodianOf(uint256 id) external view returns (address) {
        return _custodians[id];
    }

    /// @inheritdoc ICustodyDesk
    function isInspector(uint256 id, address account) external view returns (bool) {
        return _inspectors[id][account];
    }

    /// @inheritdoc ICustodyDesk
    function isNonceUsed(address attester, uint256 nonce) public view returns (bool) {
        return (_usedNonces[attester][nonce >> 8] >> (nonce & 0xff)) & 1 != 0;
    }

    /// @inheritdoc ICustodyDesk
    function hashAttestation(Attestation calldata attestation) public view returns (bytes32) {
        // Every member is a value type of one word, so the struct's own encoding is EIP-712's.
        return _hashTypedDataV4(keccak256(abi.encode(ATTESTATION_TYPEHASH, attestation)));
    }

    function _requireAcceptable(uint256 id, Attestation calldata attestation) private view {
        bytes32 anchorId = shares.anchorIdOf(id);
        require(attestation.subjectId == anchorId, CustodyDeskWrongSubject(id, attestation.subjectId, anchorId));
        require(attestation.kind <= LAST_KIND, CustodyDeskUnknownKind(attestation.kind));
        require(_isAppointed(id, attestation.attester), CustodyDeskNotAppointed(id, attestation.attester));
        require(
            attestation.asOf <= block.timestamp && attestation.expiresAt > block.timestamp,
            CustodyDeskInvalidDates(attestation.asOf, attestation.expiresAt, block.timestamp)
        );
        uint64 keptAsOf = _attestations[id][attestation.kind].asOf;
        require(attestation.asOf >= keptAsOf, CustodyDeskOutdated(id, attestation.kind, attestation.asOf, keptAsOf));
    }

    function _useNonce(address attester, uint256 nonce) private {
        require(!isNonceUsed(attester, nonce), CustodyDeskNonceUsed(attester, nonce));
        _usedNonces[attester][nonce >> 8] |= 1 << (nonce & 0xff);
    }

    function _isAppointed(uint256 id, address account) private view returns (bool) {
        return account != address(0) && (account == _custodians[id] || _inspectors[id][account]);
    }
}
