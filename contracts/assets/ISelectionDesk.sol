// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @notice Where a proposal is. Anchored: bound from the registry's side; Listed: the token names the anchor too, and it is active.
enum Stage {
    Unknown,
    Proposed,
    Reviewed,
    Rejected,
    Anchored,
    Listed
}

/// @notice What is proposed. `proposalId` is the hash of all of it.
/// @param legalHash hash of the legal basis
/// @param evidenceHash hash of the evidence
/// @param checklistHash hash of the due-diligence checklist, filled in
/// @param metadata `AnchorMetadata` as ERC-8325 encodes it
struct Proposal {
    bytes32 legalHash;
    bytes32 evidenceHash;
    bytes32 checklistHash;
    bytes metadata;
}

/// @title How an asset gets into the register
/// @notice Proposed with its documents, reviewed by as many different people as the desk demands, anchored and bound, then listed by
/// the register. One rejection is the end of a proposal. Only this desk has the registry's right to anchor.
/// @dev WARNING: different accounts are different people only as far as the offices were given with care. With `reviewsNeeded` zero,
/// for development chains, nobody reviews.
interface ISelectionDesk {
    event Proposed(
        bytes32 indexed proposalId,
        bytes32 indexed anchorId,
        address indexed proposer,
        bytes32 checklistHash
    );
    event Reviewed(bytes32 indexed proposalId, address indexed reviewer, bool approved, bytes32 reasonHash);
    event Anchored(bytes32 indexed proposalId, bytes32 indexed anchorId, uint256 indexed id);

    /// @notice Legal basis, evidence and checklist all have to be named by their hashes.
    /// @dev Hash the three documents.
    error SelectionDeskZeroHash(bytes32 legalHash, bytes32 evidenceHash, bytes32 checklistHash);
    /// @notice Exactly this was proposed before.
    /// @dev Go on with it, or propose with a new checklist if it was rejected.
    error SelectionDeskExists(bytes32 proposalId);
    /// @notice Nobody proposed this.
    /// @dev Check the id, or propose it.
    error SelectionDeskUnknown(bytes32 proposalId);
    /// @notice The proposal is at another stage than this needs.
    /// @dev See `asset review` for what it waits for; a rejected proposal stays rejected.
    error SelectionDeskWrongStage(bytes32 proposalId, Stage stage);
    /// @notice Who proposed an asset does not review it.
    /// @dev Have somebody else review.
    error SelectionDeskOwnProposal(bytes32 proposalId, address proposer);
    /// @notice The reviewer has reviewed this already.
    /// @dev Have another one review.
    error SelectionDeskReviewedBefore(bytes32 proposalId, address reviewer);
    /// @notice `reviewer` does not hold the office.
    /// @dev Have a reviewer sign.
    error SelectionDeskNotReviewer(address reviewer);
    /// @notice A review gives its reason by the hash of a document.
    /// @dev Hash the report.
    error SelectionDeskZeroReason(bytes32 proposalId);
    /// @notice The signed review could be brought until `expiresAt`.
    /// @dev Sign again with a later end.
    error SelectionDeskExpired(uint64 expiresAt, uint256 time);
    /// @notice The signature is not the reviewer's over `digest`.
    /// @dev Have the reviewer sign exactly these values, for this desk on this chain.
    error SelectionDeskInvalidSignature(address reviewer, bytes32 digest);
    /// @notice `approvals` of people who hold the office now; `needed` are needed.
    /// @dev Have more people review.
    error SelectionDeskTooFewReviews(bytes32 proposalId, uint256 approvals, uint256 needed);

    /// @notice Proposes an asset. For the issuer.
    function propose(Proposal calldata proposal) external returns (bytes32 proposalId);

    /// @notice Approves or rejects a proposal, until it is anchored. For reviewers; each once, and not the proposer.
    function review(bytes32 proposalId, bool approved, bytes32 reasonHash) external;

    /// @notice `review` by the reviewer's signature; anybody may bring it.
    function bringReview(
        bytes32 proposalId,
        address reviewer,
        bool approved,
        bytes32 reasonHash,
        uint64 expiresAt,
        bytes calldata signature
    ) external;

    /// @notice Registers the anchor and binds it to token id `id`. For the issuer.
    /// @dev Approvals of people who have lost the office since do not count.
    function anchor(bytes32 proposalId, uint256 id) external returns (bytes32 anchorId);

    function stageOf(bytes32 proposalId) external view returns (Stage);

    /// @notice Who proposed, who approved (whether or not they still hold the office), and which id it was bound to.
    function proposalOf(
        bytes32 proposalId
    ) external view returns (Proposal memory proposal, address proposer, address[] memory approvers, uint256 id);

    /// @notice How many approvals count now.
    function approvalsOf(bytes32 proposalId) external view returns (uint256);
    function hasReviewed(bytes32 proposalId, address reviewer) external view returns (bool);

    /// @notice How many different people have to approve.
    function reviewsNeeded() external view returns (uint256);
    function hashProposal(Proposal calldata proposal) external pure returns (bytes32 proposalId);

    /// @notice The digest that a reviewer signs.
    function hashReview(
        bytes32 proposalId,
        address reviewer,
        bool approved,
        bytes32 reasonHash,
        uint64 expiresAt
    ) external view returns (bytes32);
}
