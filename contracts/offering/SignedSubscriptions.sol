// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {IOfferingSale} from "./IOfferingSale.sol";
import {Subscription} from "./OfferingTypes.sol";

/// @title What buyers sign: digest, signature, nonces
abstract contract SignedSubscriptions is EIP712, IOfferingSale {
    using BitMaps for BitMaps.BitMap;

    bytes32 private constant SUBSCRIPTION = keccak256(
        "Subscription(uint256 offeringId,address buyer,uint64 shares,uint64 minShares,uint256 maxCost,address referrer,uint256 nonce,uint64 deadline)"
    );

    /// One bit per nonce, 256 to a word.
    mapping(address buyer => BitMaps.BitMap) private _usedNonces;

    constructor() EIP712("Moiety OfferingDesk", "1") {}

    /// @inheritdoc IOfferingSale
    function revokeNonce(uint256 nonce) external {
        _useNonce(msg.sender, nonce);

        emit NonceRevoked(msg.sender, nonce);
    }

    /// @inheritdoc IOfferingSale
    function isNonceUsed(address buyer, uint256 nonce) public view returns (bool) {
        return _usedNonces[buyer].get(nonce);
    }

    /// @inheritdoc IOfferingSale
    function hashSubscription(Subscription calldata subscription) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(SUBSCRIPTION, subscription)));
    }

    /// Takes the buyer's word for once.
    function _useSignature(Subscription calldata subscription, bytes calldata signature) internal {
        address buyer = subscription.buyer;
        uint64 deadline = subscription.deadline;
        require(block.timestamp <= deadline, OfferingDeskExpired(deadline, block.timestamp));
        bytes32 digest = hashSubscription(subscription);
        require(
            SignatureChecker.isValidSignatureNowCalldata(buyer, digest, signature),
            OfferingDeskInvalidSignature(buyer, digest)
        );

        _useNonce(buyer, subscription.nonce);
    }

    function _useNonce(address buyer, uint256 nonce) private {
        require(!isNonceUsed(buyer, nonce), OfferingDeskNonceUsed(buyer, nonce));
        _usedNonces[buyer].set(nonce);
    }
}
