// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Attestation, CustodyMandate, HandOver, Incident, Properties, Release} from "./CustodyTypes.sol";
import {ICustodyAttestations} from "./ICustodyAttestations.sol";
import {ICustodyIncidents} from "./ICustodyIncidents.sol";
import {ICustodyMandates} from "./ICustodyMandates.sol";
import {ICustodyRelease} from "./ICustodyRelease.sol";

/// @title Custody of the things behind the assets
/// @notice Keeps who answers for each thing, the latest signed word about it and what happened to it, and says whether an asset is
/// backed now. When mandate, word, insurance or anchor lapses, the asset is not backed any more, and what asks `isBacked` stops by
/// itself (an offering, for one).
/// @dev The desk is not upgradeable; a new one begins with new mandates and new words.
interface ICustodyDesk is ICustodyMandates, ICustodyAttestations, ICustodyIncidents, ICustodyRelease {
    event PropertiesSet(uint256 indexed id, Properties properties);

    /// @notice Every field of the properties has to say something.
    /// @dev Fill in what is missing.
    error CustodyDeskIncompleteProperties(uint256 id);

    /// @notice Says what ERC-7578 asks of an asset that stands for a thing. For the issuer.
    /// @dev WARNING: everybody can read it. Say no more about the place than burglars may know.
    function setProperties(uint256 id, Properties calldata properties) external;

    /// @notice The properties, in the shape of ERC-7578; empty if nobody has set them.
    function getPropertiesOf(uint256 id) external view returns (Properties memory);

    /// @notice Whether the asset has a custodian whose mandate holds, a word about its existence that holds, the insurance that is
    /// demanded, an active anchor and no open incident.
    function isBacked(uint256 id) external view returns (bool);

    /// @notice Last second in which the asset stays backed if nothing changes (mandate, words and anchor may all lapse); 0 if it is
    /// not backed.
    function backedUntil(uint256 id) external view returns (uint64);
}
