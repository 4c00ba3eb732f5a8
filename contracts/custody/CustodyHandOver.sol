// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CustodyMandates} from "./CustodyMandates.sol";
import {CustodyMandate, HandOver} from "./CustodyTypes.sol";
import {ICustodyMandates} from "./ICustodyMandates.sol";

/// @title From one custodian to the next, without a moment between them (see `ICustodyMandates`)
abstract contract CustodyHandOver is CustodyMandates {
    bytes32 private constant HAND_OVER_TYPEHASH = keccak256(
        "HandOver(bytes32 subjectId,address from,address to,uint64 mandateFrom,uint64 mandateUntil,bytes32 termsHash,bytes32 evidenceHash,uint64 expiresAt,uint256 nonce)"
    );

    /// @inheritdoc ICustodyMandates
    function approveHandOver(uint256 id, HandOver calldata agreed, bool approved) external restricted {
        bytes32 handOverId = hashHandOver(agreed);
        if (approved) _requireFitting(id, agreed);

        _setApproval(handOverId, approved);

        emit HandOverApproved(id, handOverId, approved);
    }

    /// @inheritdoc ICustodyMandates
    function handOver(
        uint256 id,
        HandOver calldata agreed,
        bytes calldata fromSignature,
        bytes calldata toSignature
    ) external {
        bytes32 handOverId = _pass(id, agreed, toSignature);
        _requireSigned(agreed.from, handOverId, fromSignature);
        _useNonce(agreed.from, agreed.nonce);

        emit HandedOver(id, handOverId, agreed);
    }

    /// @inheritdoc ICustodyMandates
    function takeOver(uint256 id, HandOver calldata ordered, bytes calldata toSignature) external restricted {
        bytes32 handOverId = _pass(id, ordered, toSignature);

        emit TakenOver(id, handOverId, ordered);
    }

    /// @inheritdoc ICustodyMandates
    function hashHandOver(HandOver calldata agreed) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(HAND_OVER_TYPEHASH, agreed)));
    }

    function _pass(
        uint256 id,
        HandOver calldata agreed,
        bytes calldata toSignature
    ) private returns (bytes32 handOverId) {
        _requireFitting(id, agreed);
        _requireNotExpired(agreed.expiresAt);
        require(
            agreed.mandateFrom <= block.timestamp,
            CustodyDeskMandateNotCurrent(agreed.mandateFrom, agreed.mandateUntil, block.timestamp)
        );
        handOverId = hashHandOver(agreed);
        _requireSigned(agreed.to, handOverId, toSignature);

        _useApproval(handOverId);
        _useNonce(agreed.to, agreed.nonce);
        _appoint(id, _mandateIn(agreed));
    }

    function _requireFitting(uint256 id, HandOver calldata agreed) private view {
        address custodian = custodianOf(id);
        _requireSubject(id, agreed.subjectId);
        require(custodian != address(0), CustodyDeskNobodyResponsible(id));
        require(
            agreed.from == custodian && agreed.to != custodian && agreed.evidenceHash != 0,
            CustodyDeskInvalidHandOver(id, agreed.from, agreed.to, custodian, agreed.evidenceHash)
        );
        _requireWellFormed(_mandateIn(agreed));
    }

    function _mandateIn(HandOver calldata agreed) private pure returns (CustodyMandate memory) {
        return CustodyMandate(agreed.to, agreed.mandateFrom, agreed.mandateUntil, agreed.termsHash);
    }
}
