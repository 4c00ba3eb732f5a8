// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Incident} from "./CustodyTypes.sol";

/// @title What happens to the thing behind an asset
/// @notice While an incident is open the asset is not backed. Reporting one suspends an asset that is active or redeeming; in other
/// states nothing moves that would have to be stopped, or it asks `isBacked`.
/// @dev WARNING: resolving the last incident does not lift the suspension; the issuer does that, with `setAssetState`. He could do
/// so earlier: the register does not ask this desk.
interface ICustodyIncidents {
    event IncidentReported(uint256 indexed id, uint256 indexed number, uint8 indexed kind, Incident incident);
    event IncidentResolved(uint256 indexed id, uint256 indexed number, bytes32 resolutionHash);
    /// @notice The incident is recorded, but the register did not let the desk suspend the asset.
    event SuspensionFailed(uint256 indexed id, uint256 indexed number);

    /// @notice An incident has happened now or earlier, and has evidence.
    /// @dev Correct the time, and hash the evidence.
    error CustodyDeskInvalidIncident(uint256 id, uint64 occurredAt, bytes32 evidenceHash, uint256 time);
    /// @notice The asset has no incident of this number.
    /// @dev Check the number; they are counted from 0.
    error CustodyDeskUnknownIncident(uint256 id, uint256 number);
    /// @notice The incident was resolved before.
    /// @dev Do nothing; it is done.
    error CustodyDeskIncidentResolved(uint256 id, uint256 number);

    /// @notice Reports an incident. For inspectors, and the custodian while his mandate holds.
    function reportIncident(
        uint256 id,
        uint8 kind,
        uint64 occurredAt,
        bytes32 evidenceHash
    ) external returns (uint256 number);

    /// @notice Records an incident. For the issuer.
    function recordIncident(
        uint256 id,
        uint8 kind,
        uint64 occurredAt,
        bytes32 evidenceHash
    ) external returns (uint256 number);

    /// @notice Says with evidence that an incident is over. For the issuer.
    function resolveIncident(uint256 id, uint256 number, bytes32 resolutionHash) external;

    /// @notice How many incidents there were, and how many of them are open.
    function incidentCount(uint256 id) external view returns (uint256 all, uint256 open);
    function incidentOf(uint256 id, uint256 number) external view returns (Incident memory);
}
