// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimIssuer, IIdentity} from "../standards/IERC3643.sol";
import {MockIdentity} from "./MockIdentity.sol";

/// @notice A claim issuer as ONCHAINID's reference writes it, with one signing key, and with its weakness: revocation is of one
/// encoding of a signature, while validity accepts them all.
contract MockClaimIssuer is MockIdentity, IClaimIssuer {
    address public immutable key;
    /// What is answered instead of `false` to the question about revocation; some issuers do not know the function.
    bool public silentOnRevocation;
    /// Whether whatever is no ECDSA signature counts, too, as with an issuer whose key is a contract.
    bool public isLenient;

    mapping(bytes signature => bool) private _revoked;

    error MockClaimIssuerSilent();

    constructor(address key_) {
        key = key_;
    }

    function revokeClaimBySignature(bytes calldata signature) external {
        _revoked[signature] = true;
    }

    function setSilentOnRevocation(bool silent) external {
        silentOnRevocation = silent;
    }

    function setLenient(bool lenient) external {
        isLenient = lenient;
    }

    /// @inheritdoc IClaimIssuer
    function isClaimRevoked(bytes calldata _sig) external view returns (bool) {
        require(!silentOnRevocation, MockClaimIssuerSilent());
        return _revoked[_sig];
    }

    /// @inheritdoc IClaimIssuer
    function isClaimValid(
        IIdentity _identity,
        uint256 claimTopic,
        bytes calldata sig,
        bytes calldata data
    ) external view returns (bool) {
        bytes32 dataHash = keccak256(abi.encode(_identity, claimTopic, data));
        bytes32 signed = keccak256(abi.encodePacked("\x19Ethereum Signed Message:\n32", dataHash));
        return (isLenient || _recover(sig, signed) == key) && !_revoked[sig];
    }

    /// @inheritdoc IIdentity
    function getClaim(
        bytes32 _claimId
    )
        public
        view
        override(MockIdentity, IIdentity)
        returns (uint256, uint256, address, bytes memory, bytes memory, string memory)
    {
        return super.getClaim(_claimId);
    }

    /// @dev Takes `v` from 0 or from 27, and `s` of both halves, as the reference does.
    function _recover(bytes calldata sig, bytes32 digest) private pure returns (address) {
        if (sig.length != 65) return address(0);
        uint8 v = uint8(sig[64]);
        return ecrecover(digest, v < 27 ? v + 27 : v, bytes32(sig[0:32]), bytes32(sig[32:64]));
    }
}
