// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetState} from "../shares/IShareToken.sol";
import {CustodyAttestations} from "./CustodyAttestations.sol";
import {Incident} from "./CustodyTypes.sol";
import {ICustodyIncidents} from "./ICustodyIncidents.sol";

/// @title Loss, damage, lien (see `ICustodyIncidents`)
abstract contract CustodyIncidents is CustodyAttestations, ICustodyIncidents {
    uint8 private constant LAST_KIND = 2; // lien

    mapping(uint256 id => Incident[]) private _incidents;
    mapping(uint256 id => uint256) private _open;

    /// @inheritdoc ICustodyIncidents
    function reportIncident(
        uint256 id,
        uint8 kind,
        uint64 occurredAt,
        bytes32 evidenceHash
    ) external returns (uint256 number) {
        require(_isAppointed(id, msg.sender), CustodyDeskNotAppointed(id, msg.sender));

        return _record(id, kind, occurredAt, evidenceHash);
    }

    /// @inheritdoc ICustodyIncidents
    function recordIncident(
        uint256 id,
        uint8 kind,
        uint64 occurredAt,
        bytes32 evidenceHash
    ) external restricted returns (uint256 number) {
        return _record(id, kind, occurredAt, evidenceHash);
    }

    /// @inheritdoc ICustodyIncidents
    function resolveIncident(uint256 id, uint256 number, bytes32 resolutionHash) external restricted {
        require(number < _incidents[id].length, CustodyDeskUnknownIncident(id, number));
        Incident storage incident = _incidents[id][number];
        require(incident.resolvedAt == 0, CustodyDeskIncidentResolved(id, number));
        require(resolutionHash != 0, CustodyDeskZeroHash(id));

        incident.resolvedAt = uint64(block.timestamp);
        incident.resolutionHash = resolutionHash;
        --_open[id];

        emit IncidentResolved(id, number, resolutionHash);
    }

    /// @inheritdoc ICustodyIncidents
    function incidentCount(uint256 id) external view returns (uint256 all, uint256 open) {
        return (_incidents[id].length, _open[id]);
    }

    /// @inheritdoc ICustodyIncidents
    function incidentOf(uint256 id, uint256 number) external view returns (Incident memory) {
        require(number < _incidents[id].length, CustodyDeskUnknownIncident(id, number));
        return _incidents[id][number];
    }

    function _openIncidents(uint256 id) internal view returns (uint256) {
        return _open[id];
    }

    function _record(uint256 id, uint8 kind, uint64 occurredAt, bytes32 evidenceHash) private returns (uint256 number) {
        require(kind <= LAST_KIND, CustodyDeskUnknownKind(kind));
        require(
            occurredAt != 0 && occurredAt <= block.timestamp && evidenceHash != 0,
            CustodyDeskInvalidIncident(id, occurredAt, evidenceHash, block.timestamp)
        );
        // Asking for the subject refuses an asset that nobody listed.
        shares.anchorIdOf(id);

        number = _incidents[id].length;
        Incident memory incident = Incident(
            kind,
            msg.sender,
            occurredAt,
            uint64(block.timestamp),
            0,
            evidenceHash,
            bytes32(0)
        );
        _incidents[id].push(incident);
        ++_open[id];

        emit IncidentReported(id, number, kind, incident);

        _suspend(id, number);
    }

    /// The record must not depend on whether the register obeys: a desk that was replaced still hears of losses.
    function _suspend(uint256 id, uint256 number) private {
        AssetState state = shares.stateOf(id);
        if (state != AssetState.Active && state != AssetState.Redeeming) return;

        try shares.setAssetState(id, AssetState.Suspended) {} catch {
            emit SuspensionFailed(id, number);
        }
    }
}
