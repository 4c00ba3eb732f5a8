// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The other ways to write the same ECDSA signature
/// @notice Whoever has one signature can write three more that recover the same signer: `s` in the other half of the curve, and
/// `v` as 0/1 instead of 27/28. A list of revoked signatures has to be asked for each of them.
library SignatureEncodingsLib {
    uint256 internal constant COUNT = 4;

    uint256 private constant BYTES = 65;
    /// The order of the curve secp256k1.
    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    /// @notice All encodings of `signature`, one of which it is itself; only itself if it is no ECDSA signature.
    function encodingsOf(bytes memory signature) internal pure returns (bytes[] memory encodings) {
        (bytes32 r, uint256 s, uint8 parity) = _split(signature);
        if (parity > 1 || s == 0 || s >= ORDER) {
            encodings = new bytes[](1);
            encodings[0] = signature;
            return encodings;
        }

        encodings = new bytes[](COUNT);
        encodings[0] = abi.encodePacked(r, s, 27 + parity);
        encodings[1] = abi.encodePacked(r, s, parity);
        encodings[2] = abi.encodePacked(r, ORDER - s, 28 - parity);
        encodings[3] = abi.encodePacked(r, ORDER - s, 1 - parity);
    }

    /// @dev A parity above 1 says that this is not `r ‖ s ‖ v`.
    function _split(bytes memory signature) private pure returns (bytes32 r, uint256 s, uint8 parity) {
        if (signature.length != BYTES) return (r, s, type(uint8).max);

        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
            parity := byte(0, mload(add(signature, 0x60)))
        }
        if (parity >= 27) parity -= 27;
    }
}
