// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {DistributionPhase, IncomeList, ListLeaf, ListTerms} from "./IncomeTypes.sol";

/// @title Distributions by a published list
/// @notice For very many holders: who is due what is worked out off the chain and announced as the root of a tree; it is funded to
/// the unit, and only then published and paid. A leaf fits one list of one desk on one chain (`listKeyOf`). A list that adds up to more
/// than it says fails on its last claims; it never touches the money of another distribution.
interface IListDistributions {
    event ListAnnounced(
        uint256 indexed distribution,
        uint256 indexed id,
        uint32 indexed record,
        bytes32 listKey,
        ListTerms terms
    );
    /// @notice `amount` arrived; `missing` more is needed.
    event ListFunded(uint256 indexed distribution, address indexed funder, uint256 amount, uint256 missing);
    event ListUnfunded(uint256 indexed distribution, address indexed funder, uint256 amount);
    event ListPublished(uint256 indexed distribution);
    event ListCancelled(uint256 indexed distribution);
    /// @notice `holder` was paid `gross − withheld` for the leaf at place `index`.
    event ListedIncomePaid(
        uint256 indexed distribution,
        uint256 indexed index,
        address indexed holder,
        uint256 gross,
        uint256 withheld
    );
    /// @notice The leaf could not be paid for `reason` (its first 256 bytes); it stays payable.
    event ListedPaymentFailed(
        uint256 indexed distribution,
        uint256 indexed index,
        address indexed holder,
        bytes reason
    );

    /// @notice The distribution is not a list.
    /// @dev Claim with the holder's address alone.
    error IncomeDeskNotAList(uint256 distribution);
    /// @notice A list has a root and a plan, at least one leaf, an amount, no more tax than amount, and a tax account exactly if
    /// there is tax.
    /// @dev Correct the terms.
    error IncomeDeskInvalidList(ListTerms terms);
    /// @notice The same list was announced already.
    /// @dev Use that distribution, or choose another salt and make the tree anew.
    error IncomeDeskListExists(bytes32 listKey, uint256 distribution);
    /// @notice In its present `phase` the list does not allow this.
    /// @dev Look at `distributionOf`: fund and publish before it is published, claim after.
    error IncomeDeskWrongPhase(uint256 distribution, DistributionPhase phase);
    /// @notice The list has all that it needs.
    /// @dev Do nothing.
    error IncomeDeskFullyFunded(uint256 distribution);
    /// @notice Nothing arrived.
    /// @dev Give more than zero, in a currency that moves.
    error IncomeDeskNothingReceived(uint256 distribution, address funder);
    /// @notice A list is published only when it is funded to the unit.
    /// @dev Fund the difference first.
    error IncomeDeskNotFunded(uint256 distribution, uint256 wanted, uint256 funded);
    /// @notice `funder` has nothing in this list.
    /// @dev Check the address and the number.
    error IncomeDeskNothingFunded(uint256 distribution, address funder);
    /// @notice Before the list is cancelled only who gave the money may take it back.
    /// @dev Ask `funder`, or wait.
    error IncomeDeskNotFunder(uint256 distribution, address funder, address caller);
    /// @notice The proof does not lead from this leaf to the list's root.
    /// @dev Take leaf and proof from the plan of this very distribution.
    error IncomeDeskNotListed(uint256 distribution, uint256 index, address holder);
    /// @notice The proof does not lead from these leaves to the list's root.
    /// @dev Take the leaves in ascending order, each once, and their proof from the plan of this very distribution.
    error IncomeDeskPageNotListed(uint256 distribution);
    /// @notice The leaf was paid before.
    /// @dev Do nothing; the holder has the money.
    error IncomeDeskLeafPaid(uint256 distribution, uint256 index);
    /// @notice A leaf's place is below the number of leaves, its amount above zero, its tax at most its amount.
    /// @dev Report it: the published list is wrong.
    error IncomeDeskInvalidLeaf(uint256 distribution, ListLeaf leaf);
    /// @notice The list adds up to more than it says: this leaf asks for more than is left.
    /// @dev Report it: the published list is wrong. The paying agent has to pay the difference with another list.
    error IncomeDeskListExceeded(uint256 distribution, ListLeaf leaf, uint256 grossLeft, uint256 withheldLeft);

    /// @notice Fixes a list; nothing is paid before it is published. For the paying agent.
    function announce(ListTerms calldata terms) external returns (uint256 distribution);

    /// @notice Takes up to `amount` from the caller, at most what is missing, for an announced list. What counts is what arrives.
    /// Open: who gives may take it back with `unfund` until the list is published.
    /// @return received what was counted
    function fund(uint256 distribution, uint256 amount) external returns (uint256 received);

    /// @notice Gives all that `funder` gave back to him, or to the wallet that stands for him; before publication if he asks himself,
    /// after a cancellation whoever asks.
    function unfund(uint256 distribution, address funder) external returns (uint256 amount);

    /// @notice Makes a list payable that is funded to the unit. For the paying agent.
    /// @dev WARNING: there is no way back.
    function publish(uint256 distribution) external;

    /// @notice Gives up a list before it is published; funders take back what they gave. Its key is free again. For the paying agent.
    function cancel(uint256 distribution) external;

    /// @notice Pays one leaf. Anybody may; the money goes to the holder, or to the wallet that stands for a lost one (I-12).
    function claimListed(uint256 distribution, ListLeaf calldata leaf, bytes32[] calldata proof) external;

    /// @notice Pays a page of leaves with one proof for all of them, as OpenZeppelin's `multiProofVerify` reads it. Leaves that were
    /// paid before are passed over; a payment that fails is an event and stops nobody.
    /// @param leaves ascending by place; neighbours make the shortest proof
    /// @return paid how many were paid
    function claimListedPage(
        uint256 distribution,
        ListLeaf[] calldata leaves,
        bytes32[] calldata proof,
        bool[] calldata proofFlags
    ) external returns (uint256 paid);

    /// @notice Whether the leaf at this place was paid.
    function isListedPaid(uint256 distribution, uint256 index) external view returns (bool);

    /// @notice Whether the leaves at 256 places were paid, as bits from the lowest: those of `256 × word` and on.
    function listedPaidWord(uint256 distribution, uint256 word) external view returns (uint256 bits);

    function listOf(uint256 distribution) external view returns (IncomeList memory);

    /// @notice What `funder` gave for a list and has not taken back.
    function fundedBy(uint256 distribution, address funder) external view returns (uint256);

    /// @notice What the leaves of a list with these terms begin with, on this desk and chain; known before it is announced.
    function listKeyOf(uint256 id, uint32 record, address currency, bytes32 salt) external view returns (bytes32);

    /// @notice The distribution that has this key; 0: none.
    function listByKey(bytes32 listKey) external view returns (uint256 distribution);

    /// @notice The leaf of a list's tree, for whoever wants to check a plan (docs/formats.md, section 10).
    function leafHash(bytes32 listKey, ListLeaf calldata leaf) external pure returns (bytes32);
}
