// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AnswerLib} from "../../calls/AnswerLib.sol";
import {BoundedReadLib} from "../../calls/BoundedReadLib.sol";
import {IClaimIssuer, IIdentity} from "../../standards/IERC3643.sol";
import {SignatureEncodingsLib} from "./SignatureEncodingsLib.sol";

/// @title Claims of ONCHAINID identities
/// @notice Decides whether an issuer stands behind what an identity says of itself. The identity may be hostile; the issuer is
/// trusted to answer truthfully for himself.
library OnchainClaimLib {
    using AnswerLib for bytes;
    using BoundedReadLib for address;

    /// Enough for a claim with 2 kB of data, read from cold storage behind a proxy.
    uint256 private constant CLAIM_GAS = 200_000;
    uint256 private constant ISSUER_GAS = 150_000;
    uint256 private constant CLAIM_BYTES = 4_096;
    uint256 private constant WORD_BYTES = 32;

    /// @notice Whether `identity` has a claim about `topic` by `issuer` himself, which he confirms.
    function isVouchedFor(address identity, uint256 topic, address issuer) internal view returns (bool) {
        bytes32 id = keccak256(abi.encode(issuer, topic));
        (bool success, bytes memory answer) = identity.tryRead(
            CLAIM_GAS,
            CLAIM_BYTES,
            abi.encodeCall(IIdentity.getClaim, (id))
        );
        if (!success) return false;

        // The whole point: who was asked for is who has to be named, whatever id the identity filed the claim under.
        (, uint256 namedTopic) = answer.wordAt(0);
        (, uint256 namedIssuer) = answer.wordAt(2);
        (bool hasSignature, bytes memory signature) = answer.bytesAt(3);
        (bool hasData, bytes memory data) = answer.bytesAt(4);
        if (!hasSignature || !hasData || namedTopic != topic || namedIssuer != uint160(issuer)) return false;

        return
            _answers(
                issuer,
                1,
                abi.encodeCall(IClaimIssuer.isClaimValid, (IIdentity(identity), topic, signature, data))
            ) && _isUnrevoked(issuer, signature);
    }

    function _isUnrevoked(address issuer, bytes memory signature) private view returns (bool) {
        bytes[] memory encodings = SignatureEncodingsLib.encodingsOf(signature);
        for (uint256 i = 0; i < encodings.length; ++i) {
            if (!_answers(issuer, 0, abi.encodeCall(IClaimIssuer.isClaimRevoked, (encodings[i])))) return false;
        }
        return true;
    }

    /// @dev Whether the answer is this very bool: neither silence nor 2 is one.
    function _answers(address issuer, uint256 expected, bytes memory question) private view returns (bool) {
        (bool success, bytes memory answer) = issuer.tryRead(ISSUER_GAS, WORD_BYTES, question);
        (bool found, uint256 word) = answer.wordAt(0);
        return success && found && word == expected;
    }
}
