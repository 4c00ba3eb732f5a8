// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {AssetState, IShareToken} from "../shares/IShareToken.sol";
import {IAssetAnchorRegistry} from "../standards/IERC8325.sol";
import {BINDING_SCOPE_TOKEN_ID} from "./IAnchorRegistry.sol";
import {ISelectionDesk, Proposal, Stage} from "./ISelectionDesk.sol";

/// @title How an asset gets into the register (see `ISelectionDesk`)
contract SelectionDesk is ISelectionDesk, AccessManaged, EIP712 {
    struct Record {
        Proposal proposal;
        address proposer;
        Stage stage;
        uint256 id;
        address[] approvers;
        mapping(address reviewer => bool) reviewed;
    }

    bytes32 private constant REVIEW_TYPEHASH = keccak256(
        "Review(bytes32 proposalId,address reviewer,bool approved,bytes32 reasonHash,uint64 expiresAt)"
    );

    IShareToken public immutable shares;
    /// @inheritdoc ISelectionDesk
    uint256 public immutable reviewsNeeded;

    mapping(bytes32 proposalId => Record) private _records;

    constructor(
        address authority_,
        IShareToken shares_,
        uint256 reviewsNeeded_
    ) AccessManaged(authority_) EIP712("Moiety SelectionDesk", "1") {
        shares = shares_;
        reviewsNeeded = reviewsNeeded_;
    }

    /// @inheritdoc ISelectionDesk
    function propose(Proposal calldata proposal) external restricted returns (bytes32 proposalId) {
        require(
            proposal.legalHash != 0 && proposal.evidenceHash != 0 && proposal.checklistHash != 0,
            SelectionDeskZeroHash(proposal.legalHash, proposal.evidenceHash, proposal.checklistHash)
        );
        proposalId = hashProposal(proposal);
        Record storage record = _records[proposalId];
        require(record.stage == Stage.Unknown, SelectionDeskExists(proposalId));

        record.proposal = proposal;
        record.proposer = msg.sender;
        record.stage = Stage.Proposed;

        bytes32 anchorId = keccak256(abi.encode(proposal.legalHash, proposal.evidenceHash));
        emit Proposed(proposalId, anchorId, msg.sender, proposal.checklistHash);
    }

    /// @inheritdoc ISelectionDesk
    function review(bytes32 proposalId, bool approved, bytes32 reasonHash) external restricted {
        _review(proposalId, msg.sender, approved, reasonHash);
    }

    /// @inheritdoc ISelectionDesk
    function bringReview(
        bytes32 proposalId,
        address reviewer,
        bool approved,
        bytes32 reasonHash,
        uint64 expiresAt,
        bytes calldata signature
    ) external {
        bytes32 digest = hashReview(proposalId, reviewer, approved, reasonHash, expiresAt);
        require(block.timestamp <= expiresAt, SelectionDeskExpired(expiresAt, block.timestamp));
        require(_isReviewer(reviewer), SelectionDeskNotReviewer(reviewer));
        require(
            SignatureChecker.isValidSignatureNowCalldata(reviewer, digest, signature),
            SelectionDeskInvalidSignature(reviewer, digest)
        );

        _review(proposalId, reviewer, approved, reasonHash);
    }

    /// @inheritdoc ISelectionDesk
    function anchor(bytes32 proposalId, uint256 id) external restricted returns (bytes32 anchorId) {
        Record storage record = _open(proposalId);
        uint256 approvals = approvalsOf(proposalId);
        require(approvals >= reviewsNeeded, SelectionDeskTooFewReviews(proposalId, approvals, reviewsNeeded));

        record.stage = Stage.Anchored;
        record.id = id;

        Proposal memory proposal = record.proposal;
        anchorId = keccak256(abi.encode(proposal.legalHash, proposal.evidenceHash));
        emit Anchored(proposalId, anchorId, id);

        IAssetAnchorRegistry(shares.anchorRegistry()).registerAndBind(
            proposal.legalHash,
            proposal.evidenceHash,
            proposal.metadata,
            address(shares),
            BINDING_SCOPE_TOKEN_ID,
            id
        );
    }

    /// @inheritdoc ISelectionDesk
    function stageOf(bytes32 proposalId) external view returns (Stage) {
        Record storage record = _records[proposalId];
        if (record.stage == Stage.Anchored) return _isListed(record) ? Stage.Listed : Stage.Anchored;
        if (record.stage != Stage.Proposed || approvalsOf(proposalId) < reviewsNeeded) return record.stage;
        return Stage.Reviewed;
    }

    /// @inheritdoc ISelectionDesk
    function proposalOf(
        bytes32 proposalId
    ) external view returns (Proposal memory proposal, address proposer, address[] memory approvers, uint256 id) {
        Record storage record = _records[proposalId];
        return (record.proposal, record.proposer, record.approvers, record.id);
    }

    /// @inheritdoc ISelectionDesk
    function approvalsOf(bytes32 proposalId) public view returns (uint256 approvals) {
        // Each reviewer is in it once, so the list is as long as there were reviewers.
        address[] storage approvers = _records[proposalId].approvers;
        for (uint256 i = 0; i < approvers.length; ++i) {
            if (_isReviewer(approvers[i])) ++approvals;
        }
    }

    /// @inheritdoc ISelectionDesk
    function hasReviewed(bytes32 proposalId, address reviewer) external view returns (bool) {
        return _records[proposalId].reviewed[reviewer];
    }

    /// @inheritdoc ISelectionDesk
    function hashProposal(Proposal calldata proposal) public pure returns (bytes32 proposalId) {
        bytes32 metadataHash = keccak256(proposal.metadata);
        return keccak256(abi.encode(proposal.legalHash, proposal.evidenceHash, proposal.checklistHash, metadataHash));
    }

    /// @inheritdoc ISelectionDesk
    function hashReview(
        bytes32 proposalId,
        address reviewer,
        bool approved,
        bytes32 reasonHash,
        uint64 expiresAt
    ) public view returns (bytes32) {
        return
            _hashTypedDataV4(
                keccak256(abi.encode(REVIEW_TYPEHASH, proposalId, reviewer, approved, reasonHash, expiresAt))
            );
    }

    function _review(bytes32 proposalId, address reviewer, bool approved, bytes32 reasonHash) private {
        Record storage record = _open(proposalId);
        require(reviewer != record.proposer, SelectionDeskOwnProposal(proposalId, reviewer));
        require(!record.reviewed[reviewer], SelectionDeskReviewedBefore(proposalId, reviewer));
        require(reasonHash != 0, SelectionDeskZeroReason(proposalId));

        record.reviewed[reviewer] = true;
        if (approved) record.approvers.push(reviewer);
        else record.stage = Stage.Rejected;

        emit Reviewed(proposalId, reviewer, approved, reasonHash);
    }

    /// A proposal that was neither rejected nor anchored.
    function _open(bytes32 proposalId) private view returns (Record storage record) {
        record = _records[proposalId];
        require(record.stage != Stage.Unknown, SelectionDeskUnknown(proposalId));
        require(record.stage == Stage.Proposed, SelectionDeskWrongStage(proposalId, record.stage));
    }

    /// The authority says who holds the office now; one who would have to wait does not sign.
    function _isReviewer(address account) private view returns (bool) {
        (bool immediate, ) = IAccessManager(authority()).canCall(account, address(this), this.review.selector);
        return immediate;
    }

    /// Both directions: the token names this anchor, and the registry this token and id, actively and validly.
    function _isListed(Record storage record) private view returns (bool) {
        uint256 id = record.id;
        if (shares.stateOf(id) == AssetState.Unlisted) return false;
        bytes32 anchorId = keccak256(abi.encode(record.proposal.legalHash, record.proposal.evidenceHash));
        return shares.anchorIdOf(id) == anchorId && shares.isAnchorActiveFor(id);
    }
}
