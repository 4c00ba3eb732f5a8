// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {CustodyMandate, HandOver} from "./CustodyTypes.sol";

/// @title Who answers for the thing behind an asset
/// @notice The issuer offers a mandate, the custodian accepts it; from then on somebody answers for the thing at every instant
/// until it is released. A mandate that lapses or is ended takes the custodian's powers, and what it backed, but not his
/// responsibility: that passes only by a hand-over, which both custodians sign and the issuer approves.
/// @dev WARNING: the chain knows who answers for the thing, not who has it.
interface ICustodyMandates {
    event MandateOffered(uint256 indexed id, CustodyMandate mandate);
    event MandateOfferWithdrawn(uint256 indexed id, address indexed custodian);
    /// @notice `custodian` answers for the thing from now on, on these terms; `before` did so until now, zero if nobody did.
    event CustodianSet(uint256 indexed id, address indexed custodian, address indexed before, CustodyMandate mandate);
    event MandateEnded(uint256 indexed id, address indexed custodian, bytes32 reasonHash);
    event HandOverApproved(uint256 indexed id, bytes32 indexed handOverId, bool approved);
    event HandedOver(uint256 indexed id, bytes32 indexed handOverId, HandOver handOver);
    /// @notice The custodian before did not sign; `handOver.evidenceHash` is the hash of the order.
    event TakenOver(uint256 indexed id, bytes32 indexed handOverId, HandOver handOver);

    /// @notice A mandate names a custodian and terms, and ends after it begins and not in the past.
    /// @dev Correct the mandate.
    error CustodyDeskInvalidMandate(CustodyMandate mandate, uint256 time);
    /// @notice The issuer does not offer this mandate, or not any more.
    /// @dev Accept exactly what the issuer offers, or ask for a new offer.
    error CustodyDeskNotOffered(uint256 id, address custodian);
    /// @notice Only the custodian himself accepts by a call.
    /// @dev Call from `custodian`, or bring his signature.
    error CustodyDeskNotCustodian(address custodian, address caller);
    /// @notice The mandate holds from `from` to `until`, and it is `time`.
    /// @dev Wait for its beginning, or agree on a new one.
    error CustodyDeskMandateNotCurrent(uint64 from, uint64 until, uint256 time);
    /// @notice `custodian` answers for the thing; another one takes over by a hand-over only.
    /// @dev Have both custodians sign a hand-over.
    error CustodyDeskHandOverNeeded(uint256 id, address custodian);
    /// @notice Nobody has accepted a mandate, or the thing was released.
    /// @dev Offer a mandate first.
    error CustodyDeskNobodyResponsible(uint256 id);
    /// @notice The asset is retired, and nobody has to keep anything any more.
    /// @dev Check the id.
    error CustodyDeskAssetRetired(uint256 id);
    /// @notice A hand-over goes from the one who answers for the thing, `custodian`, to somebody else, with evidence.
    /// @dev Sign a hand-over between the right two, with the hash of its protocol.
    error CustodyDeskInvalidHandOver(uint256 id, address from, address to, address custodian, bytes32 evidenceHash);
    /// @notice The issuer has not approved this, or has withdrawn the approval.
    /// @dev Have the issuer approve exactly what was signed.
    error CustodyDeskNotApproved(bytes32 digest);
    /// @notice What was signed could be carried out until `expiresAt`.
    /// @dev Sign again with a later end.
    error CustodyDeskExpired(uint64 expiresAt, uint256 time);
    /// @notice A reason, an order or a piece of evidence has to be named by its hash.
    /// @dev Hash the document that says it.
    error CustodyDeskZeroHash(uint256 id);

    /// @notice Offers a mandate; a new offer replaces the last. For the issuer.
    function offerMandate(uint256 id, CustodyMandate calldata mandate) external;

    /// @notice Takes back an offer that nobody has accepted. For the issuer.
    function withdrawMandateOffer(uint256 id) external;

    /// @notice Accepts the mandate on offer: as the first custodian, or to go on. For the custodian it names.
    function acceptMandate(uint256 id, CustodyMandate calldata mandate) external;

    /// @notice `acceptMandate` by the custodian's signature; anybody may bring it.
    function bringMandate(
        uint256 id,
        CustodyMandate calldata mandate,
        uint256 nonce,
        bytes calldata signature
    ) external;

    /// @notice Ends a mandate at once: the custodian's word counts no longer, and he stays responsible. For the issuer.
    function endMandate(uint256 id, bytes32 reasonHash) external;

    /// @notice Approves a hand-over, or takes the approval back. For the issuer.
    function approveHandOver(uint256 id, HandOver calldata handOver, bool approved) external;

    /// @notice Carries out a hand-over that both custodians have signed and the issuer has approved. For anybody.
    function handOver(
        uint256 id,
        HandOver calldata agreed,
        bytes calldata fromSignature,
        bytes calldata toSignature
    ) external;

    /// @notice The same where the custodian before cannot or will not sign, by an order. For compliance; the issuer has to have
    /// approved it too.
    function takeOver(uint256 id, HandOver calldata ordered, bytes calldata toSignature) external;

    /// @notice Who answers for the thing; zero before the first mandate was accepted and after the release.
    function custodianOf(uint256 id) external view returns (address);

    /// @notice The mandate of the one who answers for the thing, lapsed or not.
    function mandateOf(uint256 id) external view returns (CustodyMandate memory);

    /// @notice The mandate on offer; all zero if there is none.
    function mandateOfferOf(uint256 id) external view returns (CustodyMandate memory);

    /// @notice Whether the issuer approves the hand-over or release with this digest.
    function isApproved(bytes32 digest) external view returns (bool);

    /// @notice The digest with which the custodian accepts a mandate.
    function hashMandate(uint256 id, CustodyMandate calldata mandate, uint256 nonce) external view returns (bytes32);

    /// @notice The digest that both custodians sign.
    function hashHandOver(HandOver calldata agreed) external view returns (bytes32);
}
