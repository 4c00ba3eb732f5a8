// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IClaimVerifier} from "../IClaimVerifier.sol";
import {InvestorId} from "../IInvestorRegistry.sol";

/// @notice What an attestor signs about the investor behind a wallet (docs/formats.md, section 1).
/// @param attestor who signs; part of what is signed, so that one key behind two attestors does not sign for both at once
/// @param wallet whom it is about
/// @param investor to whom the wallet belongs
/// @param country ISO 3166-1 numeric
/// @param classes bit set, as in `Profile`
/// @param verifiedUntil last second of the verification
/// @param deadline last second in which the claim may be presented
/// @param nonce unordered, used once per attestor
struct InvestorClaim {
    address attestor;
    address wallet;
    InvestorId investor;
    uint16 country;
    uint16 classes;
    uint48 verifiedUntil;
    uint64 deadline;
    uint256 nonce;
}

/// @notice What an attestor may say.
/// @param classes bit set of the classes that he may attest; zero if he is not appointed
/// @param longestTerm seconds from the presentation to the end of a verification, at most
/// @param disowned nothing that he ever said counts
struct Attestor {
    uint16 classes;
    uint48 longestTerm;
    bool disowned;
}

/// @title Claims signed by attestors
/// @notice Compliance appoints attestors: firms that look at passports and accounts. What they sign (EIP-712, also ERC-1271
/// contracts) may be presented by anybody, once.
/// @dev A claim is revoked by its id, the digest that was signed, never by its signature, of which there can be several.
/// There are three ways to take words back, and they differ. The attestor or compliance *revokes* one claim. Compliance *ends an
/// appointment*: nothing new is accepted, and what was accepted stands until it expires. Compliance *disowns* an attestor, whose key
/// was stolen for one: everything accepted from him is revoked at once, and he is never appointed again, because signatures nobody has
/// seen yet may exist.
/// WARNING: whoever holds two unused claims chooses which comes last. An attestor who changes his mind revokes what he signed before;
/// short deadlines bound what he forgets.
/// WARNING: an attestor with code (a smart wallet, or a key with delegated code, EIP-7702) is asked by ERC-1271 alone.
interface ISignedClaimVerifier is IClaimVerifier {
    event AttestorSet(address indexed attestor, uint16 classes, uint48 longestTerm);
    event AttestorDisowned(address indexed attestor);
    event ClaimAccepted(bytes32 indexed claimId, address indexed attestor, InvestorId indexed investor, address wallet);
    event ClaimRevoked(bytes32 indexed claimId, address indexed attestor);
    event NonceRevoked(address indexed attestor, uint256 indexed nonce);

    /// @notice The bytes are not `abi.encode(claim, signature)`.
    /// @dev Encode the claim as docs/formats.md says.
    error SignedClaimVerifierMalformed(uint256 length);
    /// @notice An attestor has an address, classes and a term; nobody has only some of them.
    /// @dev Give classes and term to appoint, and neither to end the appointment.
    error SignedClaimVerifierInvalidAppointment(address attestor, uint16 classes, uint48 longestTerm);
    /// @notice The attestor was disowned; that is for good.
    /// @dev Appoint another address.
    error SignedClaimVerifierDisowned(address attestor);
    /// @notice The attestor is not appointed, or not any more.
    /// @dev Ask compliance to appoint him, or have another attestor sign.
    error SignedClaimVerifierNotAppointed(address attestor);
    /// @notice The claim is about `claimed` and was presented for `wallet`.
    /// @dev Present it for the wallet it is about.
    error SignedClaimVerifierWrongWallet(address wallet, address claimed);
    /// @notice The claim names no investor, or a country that is 0 or above 999.
    /// @dev Have the attestor sign a correct claim.
    error SignedClaimVerifierInvalidProfile(InvestorId investor, uint16 country);
    /// @notice The claim has no class, or one beyond what the attestor may attest.
    /// @dev Have an attestor sign who may attest these classes.
    error SignedClaimVerifierClassesNotAllowed(address attestor, uint16 classes, uint16 allowed);
    /// @notice The verification is over already, or lasts longer than the attestor may attest.
    /// @dev Have the attestor sign a verification that ends within his term.
    error SignedClaimVerifierInvalidTerm(uint48 verifiedUntil, uint256 time, uint48 longestTerm);
    /// @notice The claim had to be presented by `deadline`.
    /// @dev Have the attestor sign again.
    error SignedClaimVerifierExpired(uint64 deadline, uint256 time);
    /// @notice The attestor used or revoked the nonce.
    /// @dev Have the attestor sign again with another nonce.
    error SignedClaimVerifierNonceUsed(address attestor, uint256 nonce);
    /// @notice The claim was revoked before it was presented.
    /// @dev Ask the attestor why.
    error SignedClaimVerifierRevoked(bytes32 claimId);
    /// @notice The signature is not the attestor's over `claimId`.
    /// @dev Have the attestor sign exactly these values, for this verifier on this chain.
    error SignedClaimVerifierInvalidSignature(address attestor, bytes32 claimId);

    /// @notice Appoints an attestor, or changes what he may say from now on; zeros end the appointment, and what was accepted
    /// stands. For compliance.
    function setAttestor(address attestor, uint16 classes, uint48 longestTerm) external;

    /// @notice Revokes everything that was ever accepted from `attestor`, and whatever he signed besides. For compliance.
    /// @dev WARNING: there is no way back.
    function disownAttestor(address attestor) external;

    /// @notice Takes the caller's own claim back, presented or not. There is no way back; he may sign a new one.
    function revoke(bytes32 claimId) external;

    /// @notice Takes back a claim of `attestor`, presented or not. For compliance.
    function revokeFor(address attestor, bytes32 claimId) external;

    /// @notice Makes one of the caller's nonces unusable, so that a claim that was signed but not presented is void.
    function revokeNonce(uint256 nonce) external;

    function attestorOf(address attestor) external view returns (Attestor memory);

    /// @notice Whether `attestor`'s claim was revoked, presented or not. (`isRevoked` knows presented claims only.)
    function isRevokedBy(address attestor, bytes32 claimId) external view returns (bool);

    function isNonceUsed(address attestor, uint256 nonce) external view returns (bool);

    /// @notice The claim's id: the EIP-712 digest, domain included, that the attestor signs.
    function hashClaim(InvestorClaim memory claim) external view returns (bytes32);

    /// @notice What the bytes of a claim say; reverts without words if they are not `abi.encode(claim, signature)`.
    function decodeClaim(
        bytes calldata encoded
    ) external pure returns (InvestorClaim memory claim, bytes memory signature);
}
