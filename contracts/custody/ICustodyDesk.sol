// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @notice What a custodian or an inspector signs about the thing behind an asset (docs/formats.md, section 1).
/// @param subjectId the asset's ERC-8325 anchor id
/// @param kind 0 existence, 1 condition, 2 location, 3 insurance
/// @param attester who signs
/// @param evidenceHash hash of what was seen: a report, photographs, a policy
/// @param amount counted quantity or insured value; zero if none
/// @param unit its unit, ASCII, right-padded; zero if none
/// @param asOf when it was seen
/// @param expiresAt last second in which it holds
/// @param nonce unordered, used once per attester
struct Attestation {
    bytes32 subjectId;
    uint8 kind;
    address attester;
    bytes32 evidenceHash;
    uint256 amount;
    bytes32 unit;
    uint64 asOf;
    uint64 expiresAt;
    uint256 nonce;
}

/// @title Custody of the things behind the assets
/// @notice Keeps the latest signed word about each thing, and says whether an asset is backed now. Attestations are signed
/// (EIP-712, also ERC-1271 contracts) and may be brought by anybody. When the word about existence lapses, the asset is not
/// backed any more, and what asks `isBacked` stops by itself (an offering, for one).
/// @dev A word counts only while the one who gave it is still appointed: taking an appointment back takes its effect back too,
/// and a new custodian has to give his own.
interface ICustodyDesk {
    /// @notice `custodian` keeps the thing from now on; zero for nobody.
    event CustodianSet(uint256 indexed id, address indexed custodian, address indexed before);
    event InspectorSet(uint256 indexed id, address indexed inspector, bool allowed);
    /// @notice `attestationId` is the digest that was signed.
    event Attested(uint256 indexed id, uint8 indexed kind, bytes32 indexed attestationId, Attestation attestation);
    event NonceRevoked(address indexed attester, uint256 indexed nonce);

    /// @notice The attestation speaks of `subjectId`, but the asset's anchor is `anchorId`.
    /// @dev Sign again for the asset's anchor; `asset show` tells it.
    error CustodyDeskWrongSubject(uint256 id, bytes32 subjectId, bytes32 anchorId);
    /// @notice Kinds go from 0 to 3.
    /// @dev Sign again with a kind from 0 to 3.
    error CustodyDeskUnknownKind(uint8 kind);
    /// @notice `attester` is neither custodian nor inspector of the asset.
    /// @dev Ask the issuer to appoint the attester.
    error CustodyDeskNotAppointed(uint256 id, address attester);
    /// @notice What is attested has to be seen now or earlier, and to hold beyond now.
    /// @dev Sign again with dates that are right now.
    error CustodyDeskInvalidDates(uint64 asOf, uint64 expiresAt, uint256 time);
    /// @notice A later word of the same kind is kept already.
    /// @dev Do nothing; the later word counts.
    error CustodyDeskOutdated(uint256 id, uint8 kind, uint64 asOf, uint64 keptAsOf);
    /// @notice The attester used or revoked the nonce.
    /// @dev Sign again with another nonce.
    error CustodyDeskNonceUsed(address attester, uint256 nonce);
    /// @notice The signature is not the attester's over `attestationId`.
    /// @dev Have the attester sign exactly these values, for this desk on this chain.
    error CustodyDeskInvalidSignature(address attester, bytes32 attestationId);

    /// @notice Appoints the custodian of an asset, or with zero takes the appointment back. For the issuer.
    function setCustodian(uint256 id, address custodian) external;

    /// @notice Appoints an inspector of an asset, or takes the appointment back. For the issuer.
    function setInspector(uint256 id, address inspector, bool allowed) external;

    /// @notice Keeps an attestation. Anybody may bring it; only the signature counts.
    function attest(uint256 id, Attestation calldata attestation, bytes calldata signature) external;

    /// @notice Makes one of the caller's nonces unusable, so that an attestation that was signed but not brought is void.
    function revokeNonce(uint256 nonce) external;

    /// @notice Whether the asset has a custodian, a word about its existence that holds now, and an active anchor.
    function isBacked(uint256 id) external view returns (bool);

    /// @notice Last second in which the asset stays backed if nothing changes (attestation and anchor may both lapse); 0 if it is
    /// not backed.
    function backedUntil(uint256 id) external view returns (uint64);

    /// @notice The latest word of a kind, lapsed or not; all zero if there was none.
    function attestationOf(uint256 id, uint8 kind) external view returns (Attestation memory);

    function custodianOf(uint256 id) external view returns (address);
    function isInspector(uint256 id, address account) external view returns (bool);
    function isNonceUsed(address attester, uint256 nonce) external view returns (bool);

    /// @notice The attestation's id: the EIP-712 digest, domain included, that the attester signs.
    function hashAttestation(Attestation calldata attestation) external view returns (bytes32);
}
