// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Attestation} from "./CustodyTypes.sol";

/// @title The signed word about the thing behind an asset
/// @notice Attestations are signed (EIP-712, also ERC-1271 contracts) and may be brought by anybody.
/// @dev A word counts only while the one who gave it is still appointed: taking an appointment back takes its effect back too,
/// and a new custodian has to give his own.
interface ICustodyAttestations {
    event InspectorSet(uint256 indexed id, address indexed inspector, bool allowed);
    /// @notice `attestationId` is the digest that was signed.
    event Attested(uint256 indexed id, uint8 indexed kind, bytes32 indexed attestationId, Attestation attestation);
    event NonceRevoked(address indexed attester, uint256 indexed nonce);
    /// @notice The asset has to be insured for `amount` of `unit`; zero: it need not be.
    event InsuranceDemanded(uint256 indexed id, uint256 amount, bytes32 unit);

    /// @notice What was signed speaks of `subjectId`, but the asset's anchor is `anchorId`.
    /// @dev Sign again for the asset's anchor; `asset show` tells it.
    error CustodyDeskWrongSubject(uint256 id, bytes32 subjectId, bytes32 anchorId);
    /// @notice Attestations know kinds from 0 to 3, incidents from 0 to 2.
    /// @dev Say it again with a kind that there is.
    error CustodyDeskUnknownKind(uint8 kind);
    /// @notice `attester` is neither inspector of the asset nor custodian with a mandate that holds now.
    /// @dev Ask the issuer to appoint the attester, or to renew the mandate.
    error CustodyDeskNotAppointed(uint256 id, address attester);
    /// @notice What is attested has to be seen now or earlier, and to hold beyond now.
    /// @dev Sign again with dates that are right now.
    error CustodyDeskInvalidDates(uint64 asOf, uint64 expiresAt, uint256 time);
    /// @notice A later word of the same kind is kept already.
    /// @dev Do nothing; the later word counts.
    error CustodyDeskOutdated(uint256 id, uint8 kind, uint64 asOf, uint64 keptAsOf);
    /// @notice The signer used or revoked the nonce.
    /// @dev Sign again with another nonce.
    error CustodyDeskNonceUsed(address attester, uint256 nonce);
    /// @notice The signature is not the signer's over this digest.
    /// @dev Have the signer sign exactly these values, for this desk on this chain.
    error CustodyDeskInvalidSignature(address attester, bytes32 attestationId);
    /// @notice An insured sum has a unit, and a unit belongs to a sum.
    /// @dev Name both, or zero for both.
    error CustodyDeskInvalidInsurance(uint256 amount, bytes32 unit);

    /// @notice Appoints an inspector of an asset, or takes the appointment back. For the issuer.
    function setInspector(uint256 id, address inspector, bool allowed) external;

    /// @notice Demands that an asset is insured for at least `amount` of `unit`, or with zeros that it need not be. For compliance,
    /// because the issuer would save the premium.
    function demandInsurance(uint256 id, uint256 amount, bytes32 unit) external;

    /// @notice Keeps an attestation. Anybody may bring it; only the signature counts.
    function attest(uint256 id, Attestation calldata attestation, bytes calldata signature) external;

    /// @notice Makes one of the caller's nonces unusable, so that what was signed but not brought is void.
    function revokeNonce(uint256 nonce) external;

    /// @notice The latest word of a kind, lapsed or not; all zero if there was none.
    function attestationOf(uint256 id, uint8 kind) external view returns (Attestation memory);

    /// @notice For how much the asset has to be insured; zero if it need not be.
    function insuranceDemandOf(uint256 id) external view returns (uint256 amount, bytes32 unit);

    function isInspector(uint256 id, address account) external view returns (bool);
    function isNonceUsed(address attester, uint256 nonce) external view returns (bool);

    /// @notice The attestation's id: the EIP-712 digest, domain included, that the attester signs.
    function hashAttestation(Attestation calldata attestation) external view returns (bytes32);
}
