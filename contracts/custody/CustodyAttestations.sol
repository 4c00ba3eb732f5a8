// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CustodyMandates} from "./CustodyMandates.sol";
import {Attestation} from "./CustodyTypes.sol";
import {ICustodyAttestations} from "./ICustodyAttestations.sol";

/// @title Attestations, and who may give them (see `ICustodyAttestations`)
abstract contract CustodyAttestations is CustodyMandates {
    /// What an asset has to be insured for.
    struct InsuranceDemand {
        uint256 amount;
        bytes32 unit;
    }

    bytes32 private constant ATTESTATION_TYPEHASH = keccak256(
        "Attestation(bytes32 subjectId,uint8 kind,address attester,bytes32 evidenceHash,uint256 amount,bytes32 unit,uint64 asOf,uint64 expiresAt,uint256 nonce)"
    );
    uint8 private constant EXISTENCE = 0;
    uint8 private constant INSURANCE = 3;
    uint8 private constant LAST_KIND = INSURANCE;

    mapping(uint256 id => mapping(address account => bool)) private _inspectors;
    mapping(uint256 id => mapping(uint8 kind => Attestation)) private _attestations;
    mapping(uint256 id => InsuranceDemand) private _demands;

    /// @inheritdoc ICustodyAttestations
    function setInspector(uint256 id, address inspector, bool allowed) external restricted {
        _inspectors[id][inspector] = allowed;

        emit InspectorSet(id, inspector, allowed);
    }

    /// @inheritdoc ICustodyAttestations
    function demandInsurance(uint256 id, uint256 amount, bytes32 unit) external restricted {
        require((amount == 0) == (unit == 0), CustodyDeskInvalidInsurance(amount, unit));

        _demands[id] = InsuranceDemand(amount, unit);

        emit InsuranceDemanded(id, amount, unit);
    }

    /// @inheritdoc ICustodyAttestations
    function attest(uint256 id, Attestation calldata attestation, bytes calldata signature) external {
        _requireAcceptable(id, attestation);
        bytes32 attestationId = hashAttestation(attestation);
        _requireSigned(attestation.attester, attestationId, signature);

        _useNonce(attestation.attester, attestation.nonce);
        _attestations[id][attestation.kind] = attestation;

        emit Attested(id, attestation.kind, attestationId, attestation);
    }

    /// @inheritdoc ICustodyAttestations
    function attestationOf(uint256 id, uint8 kind) external view returns (Attestation memory) {
        return _attestations[id][kind];
    }

    /// @inheritdoc ICustodyAttestations
    function insuranceDemandOf(uint256 id) external view returns (uint256 amount, bytes32 unit) {
        InsuranceDemand storage demand = _demands[id];
        return (demand.amount, demand.unit);
    }

    /// @inheritdoc ICustodyAttestations
    function isInspector(uint256 id, address account) external view returns (bool) {
        return _inspectors[id][account];
    }

    /// @inheritdoc ICustodyAttestations
    function hashAttestation(Attestation calldata attestation) public view returns (bytes32) {
        // Every member is a value type of one word, so the struct's own encoding is EIP-712's.
        return _hashTypedDataV4(keccak256(abi.encode(ATTESTATION_TYPEHASH, attestation)));
    }

    /// @dev Last second in which mandate and words all hold; zero if one of them does not hold now.
    function _wordUntil(uint256 id) internal view returns (uint64 until) {
        until = _earlier(_mandatedUntil(id), _holdsUntil(id, _attestations[id][EXISTENCE]));
        InsuranceDemand storage demand = _demands[id];
        if (demand.amount == 0) return until;

        Attestation storage insurance = _attestations[id][INSURANCE];
        bool isEnough = insurance.amount >= demand.amount && insurance.unit == demand.unit;
        return isEnough ? _earlier(until, _holdsUntil(id, insurance)) : 0;
    }

    function _isAppointed(uint256 id, address account) internal view returns (bool) {
        if (account == address(0)) return false;
        return _inspectors[id][account] || (account == custodianOf(id) && _mandatedUntil(id) != 0);
    }

    function _earlier(uint64 one, uint64 other) internal pure returns (uint64) {
        return one < other ? one : other;
    }

    function _holdsUntil(uint256 id, Attestation storage word) private view returns (uint64) {
        return block.timestamp <= word.expiresAt && _isAppointed(id, word.attester) ? word.expiresAt : 0;
    }

    function _requireAcceptable(uint256 id, Attestation calldata attestation) private view {
        _requireSubject(id, attestation.subjectId);
        require(attestation.kind <= LAST_KIND, CustodyDeskUnknownKind(attestation.kind));
        require(_isAppointed(id, attestation.attester), CustodyDeskNotAppointed(id, attestation.attester));
        require(
            attestation.asOf <= block.timestamp && attestation.expiresAt > block.timestamp,
            CustodyDeskInvalidDates(attestation.asOf, attestation.expiresAt, block.timestamp)
        );
        uint64 keptAsOf = _attestations[id][attestation.kind].asOf;
        require(attestation.asOf >= keptAsOf, CustodyDeskOutdated(id, attestation.kind, attestation.asOf, keptAsOf));
    }
}
