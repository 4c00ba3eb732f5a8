// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {AssetState} from "../shares/IShareToken.sol";
import {CustodySignatures} from "./CustodySignatures.sol";
import {CustodyMandate} from "./CustodyTypes.sol";
import {ICustodyMandates} from "./ICustodyMandates.sol";

/// @title Mandates: offered by the issuer, accepted by the custodian (see `ICustodyMandates`)
abstract contract CustodyMandates is CustodySignatures, AccessManaged {
    bytes32 private constant MANDATE_TYPEHASH = keccak256(
        "CustodyMandate(bytes32 subjectId,address custodian,uint64 from,uint64 until,bytes32 termsHash,uint256 nonce)"
    );

    mapping(uint256 id => CustodyMandate) private _mandates;
    mapping(uint256 id => CustodyMandate) private _offers;

    /// @inheritdoc ICustodyMandates
    function offerMandate(uint256 id, CustodyMandate calldata mandate) external restricted {
        _requireWellFormed(mandate);
        require(shares.stateOf(id) != AssetState.Retired, CustodyDeskAssetRetired(id));
        // Asking for the subject refuses an asset that nobody listed.
        shares.anchorIdOf(id);

        _offers[id] = mandate;

        emit MandateOffered(id, mandate);
    }

    /// @inheritdoc ICustodyMandates
    function withdrawMandateOffer(uint256 id) external restricted {
        address custodian = _offers[id].custodian;
        require(custodian != address(0), CustodyDeskNotOffered(id, custodian));

        delete _offers[id];

        emit MandateOfferWithdrawn(id, custodian);
    }

    /// @inheritdoc ICustodyMandates
    function acceptMandate(uint256 id, CustodyMandate calldata mandate) external {
        require(msg.sender == mandate.custodian, CustodyDeskNotCustodian(mandate.custodian, msg.sender));

        _accept(id, mandate);
    }

    /// @inheritdoc ICustodyMandates
    function bringMandate(
        uint256 id,
        CustodyMandate calldata mandate,
        uint256 nonce,
        bytes calldata signature
    ) external {
        _requireSigned(mandate.custodian, hashMandate(id, mandate, nonce), signature);

        _useNonce(mandate.custodian, nonce);
        _accept(id, mandate);
    }

    /// @inheritdoc ICustodyMandates
    function endMandate(uint256 id, bytes32 reasonHash) external restricted {
        CustodyMandate storage mandate = _mandates[id];
        address custodian = mandate.custodian;
        require(reasonHash != 0, CustodyDeskZeroHash(id));
        require(_isCurrent(mandate), CustodyDeskMandateNotCurrent(mandate.from, mandate.until, block.timestamp));

        mandate.until = uint64(block.timestamp - 1);

        emit MandateEnded(id, custodian, reasonHash);
    }

    /// @inheritdoc ICustodyMandates
    function custodianOf(uint256 id) public view returns (address) {
        return _mandates[id].custodian;
    }

    /// @inheritdoc ICustodyMandates
    function mandateOf(uint256 id) external view returns (CustodyMandate memory) {
        return _mandates[id];
    }

    /// @inheritdoc ICustodyMandates
    function mandateOfferOf(uint256 id) external view returns (CustodyMandate memory) {
        return _offers[id];
    }

    /// @inheritdoc ICustodyMandates
    function hashMandate(uint256 id, CustodyMandate calldata mandate, uint256 nonce) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(MANDATE_TYPEHASH, shares.anchorIdOf(id), mandate, nonce)));
    }

    /// Only here and in `_relieve` does it change who answers for a thing.
    function _appoint(uint256 id, CustodyMandate memory mandate) internal {
        address before = custodianOf(id);

        _mandates[id] = mandate;
        delete _offers[id];

        emit CustodianSet(id, mandate.custodian, before, mandate);
    }

    function _relieve(uint256 id) internal {
        CustodyMandate memory nobody;

        _appoint(id, nobody);
    }

    function _requireWellFormed(CustodyMandate memory mandate) internal view {
        require(
            mandate.custodian != address(0) &&
                mandate.termsHash != 0 &&
                mandate.from < mandate.until &&
                mandate.until >= block.timestamp,
            CustodyDeskInvalidMandate(mandate, block.timestamp)
        );
    }

    /// @dev Last second of the mandate; zero while it does not hold.
    function _mandatedUntil(uint256 id) internal view returns (uint64) {
        CustodyMandate storage mandate = _mandates[id];
        return _isCurrent(mandate) ? mandate.until : 0;
    }

    function _accept(uint256 id, CustodyMandate calldata mandate) private {
        address responsible = custodianOf(id);
        require(
            keccak256(abi.encode(_offers[id])) == keccak256(abi.encode(mandate)),
            CustodyDeskNotOffered(id, mandate.custodian)
        );
        require(
            mandate.from <= block.timestamp && block.timestamp <= mandate.until,
            CustodyDeskMandateNotCurrent(mandate.from, mandate.until, block.timestamp)
        );
        require(
            responsible == address(0) || responsible == mandate.custodian,
            CustodyDeskHandOverNeeded(id, responsible)
        );
        require(shares.stateOf(id) != AssetState.Retired, CustodyDeskAssetRetired(id));

        _appoint(id, mandate);
    }

    function _isCurrent(CustodyMandate storage mandate) private view returns (bool) {
        return mandate.custodian != address(0) && mandate.from <= block.timestamp && block.timestamp <= mandate.until;
    }
}
