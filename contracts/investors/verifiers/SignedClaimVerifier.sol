// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {IClaimVerifier} from "../IClaimVerifier.sol";
import {InvestorId, Profile} from "../IInvestorRegistry.sol";
import {ClaimVerifier} from "./ClaimVerifier.sol";
import {Attestor, InvestorClaim, ISignedClaimVerifier} from "./ISignedClaimVerifier.sol";

/// @title Claims signed by attestors (see `ISignedClaimVerifier`)
contract SignedClaimVerifier is ISignedClaimVerifier, ClaimVerifier, EIP712 {
    using BitMaps for BitMaps.BitMap;

    bytes32 private constant CLAIM_TYPEHASH = keccak256(
        "InvestorClaim(address attestor,address wallet,bytes32 investor,uint16 country,uint16 classes,uint48 verifiedUntil,uint64 deadline,uint256 nonce)"
    );
    uint16 private constant LARGEST_COUNTRY = 999; // ISO 3166-1 numeric has three digits

    mapping(address account => Attestor) private _attestors;
    /// Claims that were accepted, and from whom.
    mapping(bytes32 claimId => address) private _acceptedFrom;
    /// By attestor, because before a claim is presented nobody can know whose an id is.
    mapping(address attestor => mapping(bytes32 claimId => bool)) private _revoked;
    /// One bit per nonce, 256 to a word.
    mapping(address attestor => BitMaps.BitMap) private _usedNonces;

    constructor(
        address authority_,
        address investors_
    ) ClaimVerifier(authority_, investors_) EIP712("Moiety SignedClaimVerifier", "1") {}

    /// @inheritdoc ISignedClaimVerifier
    function setAttestor(address attestor, uint16 classes, uint48 longestTerm) external restricted {
        require(
            attestor != address(0) && (classes == 0) == (longestTerm == 0),
            SignedClaimVerifierInvalidAppointment(attestor, classes, longestTerm)
        );
        require(!_attestors[attestor].disowned, SignedClaimVerifierDisowned(attestor));

        _attestors[attestor] = Attestor(classes, longestTerm, false);

        emit AttestorSet(attestor, classes, longestTerm);
    }

    /// @inheritdoc ISignedClaimVerifier
    function disownAttestor(address attestor) external restricted {
        require(!_attestors[attestor].disowned, SignedClaimVerifierDisowned(attestor));

        _attestors[attestor] = Attestor(0, 0, true);

        emit AttestorDisowned(attestor);
    }

    /// @inheritdoc ISignedClaimVerifier
    function revoke(bytes32 claimId) external {
        _revoke(msg.sender, claimId);
    }

    /// @inheritdoc ISignedClaimVerifier
    function revokeFor(address attestor, bytes32 claimId) external restricted {
        _revoke(attestor, claimId);
    }

    /// @inheritdoc ISignedClaimVerifier
    function revokeNonce(uint256 nonce) external {
        _useNonce(msg.sender, nonce);

        emit NonceRevoked(msg.sender, nonce);
    }

    /// @inheritdoc IClaimVerifier
    function verify(
        address wallet,
        bytes calldata encoded
    ) external onlyRegistry returns (Profile memory profile, bytes32 claimId) {
        (InvestorClaim memory claim, bytes memory signature) = _decode(encoded);
        claimId = hashClaim(claim);
        _checkClaim(wallet, claim);
        require(!_revoked[claim.attestor][claimId], SignedClaimVerifierRevoked(claimId));
        require(
            SignatureChecker.isValidSignatureNow(claim.attestor, claimId, signature),
            SignedClaimVerifierInvalidSignature(claim.attestor, claimId)
        );

        _useNonce(claim.attestor, claim.nonce);
        _acceptedFrom[claimId] = claim.attestor;

        emit ClaimAccepted(claimId, claim.attestor, claim.investor, wallet);
        return (Profile(claim.investor, claim.country, claim.classes, 0, claim.verifiedUntil), claimId);
    }

    /// @inheritdoc IClaimVerifier
    function isRevoked(bytes32 claimId) external view returns (bool) {
        address attestor = _acceptedFrom[claimId];
        return attestor != address(0) && isRevokedBy(attestor, claimId);
    }

    /// @inheritdoc ISignedClaimVerifier
    function attestorOf(address attestor) external view returns (Attestor memory) {
        return _attestors[attestor];
    }

    /// @inheritdoc ISignedClaimVerifier
    function isRevokedBy(address attestor, bytes32 claimId) public view returns (bool) {
        return _attestors[attestor].disowned || _revoked[attestor][claimId];
    }

    /// @inheritdoc ISignedClaimVerifier
    function isNonceUsed(address attestor, uint256 nonce) public view returns (bool) {
        return _usedNonces[attestor].get(nonce);
    }

    /// @inheritdoc ISignedClaimVerifier
    function hashClaim(InvestorClaim memory claim) public view returns (bytes32) {
        // Every member is a value type of one word, so the struct's own encoding is EIP-712's.
        return _hashTypedDataV4(keccak256(abi.encode(CLAIM_TYPEHASH, claim)));
    }

    /// @inheritdoc ISignedClaimVerifier
    function decodeClaim(
        bytes calldata encoded
    ) external pure returns (InvestorClaim memory claim, bytes memory signature) {
        return abi.decode(encoded, (InvestorClaim, bytes));
    }

    /// @dev Solidity's decoder gives up without words; called from outside, it can be given some.
    function _decode(bytes calldata encoded) private view returns (InvestorClaim memory, bytes memory) {
        try this.decodeClaim(encoded) returns (InvestorClaim memory claim, bytes memory signature) {
            return (claim, signature);
        } catch {
            revert SignedClaimVerifierMalformed(encoded.length);
        }
    }

    function _checkClaim(address wallet, InvestorClaim memory claim) private view {
        Attestor memory attestor = _attestors[claim.attestor];
        require(!attestor.disowned, SignedClaimVerifierDisowned(claim.attestor));
        require(attestor.classes != 0, SignedClaimVerifierNotAppointed(claim.attestor));
        require(claim.wallet == wallet, SignedClaimVerifierWrongWallet(wallet, claim.wallet));
        require(
            InvestorId.unwrap(claim.investor) != 0 && claim.country != 0 && claim.country <= LARGEST_COUNTRY,
            SignedClaimVerifierInvalidProfile(claim.investor, claim.country)
        );
        require(
            claim.classes != 0 && claim.classes & ~attestor.classes == 0,
            SignedClaimVerifierClassesNotAllowed(claim.attestor, claim.classes, attestor.classes)
        );
        require(
            claim.verifiedUntil >= block.timestamp && claim.verifiedUntil - block.timestamp <= attestor.longestTerm,
            SignedClaimVerifierInvalidTerm(claim.verifiedUntil, block.timestamp, attestor.longestTerm)
        );
        require(claim.deadline >= block.timestamp, SignedClaimVerifierExpired(claim.deadline, block.timestamp));
    }

    function _revoke(address attestor, bytes32 claimId) private {
        _revoked[attestor][claimId] = true;

        emit ClaimRevoked(claimId, attestor);
    }

    function _useNonce(address attestor, uint256 nonce) private {
        require(!isNonceUsed(attestor, nonce), SignedClaimVerifierNonceUsed(attestor, nonce));
        _usedNonces[attestor].set(nonce);
    }
}
