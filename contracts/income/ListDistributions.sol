// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {BoundedCallLib} from "../calls/BoundedCallLib.sol";
import {SuccessionLib} from "../investors/SuccessionLib.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {IIncomeBook} from "./IIncomeBook.sol";
import {IncomeBook} from "./IncomeBook.sol";
import {Distribution, DistributionKind, DistributionPhase, IncomeList, ListLeaf, ListTerms} from "./IncomeTypes.sol";
import {IListDistributions} from "./IListDistributions.sol";

/// @title Distributions by a published list (see `IListDistributions`)
abstract contract ListDistributions is IncomeBook, IListDistributions {
    using SafeERC20 for IERC20;
    using SuccessionLib for IShareToken;

    bytes32 private constant LIST_TYPE = keccak256(
        "MoietyIncomeList(uint256 chainId,address desk,uint256 id,uint32 record,address currency,bytes32 salt)"
    );

    /// @inheritdoc IListDistributions
    mapping(bytes32 listKey => uint256 distribution) public listByKey;
    /// @inheritdoc IListDistributions
    mapping(uint256 distribution => mapping(address funder => uint256)) public fundedBy;
    /// @inheritdoc IListDistributions
    mapping(uint256 distribution => mapping(uint256 word => uint256 bits)) public listedPaidWord;

    mapping(uint256 distribution => IncomeList) private _lists;

    /// @inheritdoc IListDistributions
    function announce(ListTerms calldata terms) external restricted returns (uint256 distribution) {
        _requireAllowed(terms.currency);
        _requireClaimPeriod(terms.expiresAt, terms.reclaimTo);
        require(_isComplete(terms), IncomeDeskInvalidList(terms));
        _requireHolders(terms.id, terms.record);
        bytes32 listKey = listKeyOf(terms.id, terms.record, terms.currency, terms.salt);
        require(listByKey[listKey] == 0, IncomeDeskListExists(listKey, listByKey[listKey]));

        distribution = ++distributionCount;
        listByKey[listKey] = distribution;
        Distribution storage income = _distributions[distribution];
        (income.id, income.currency, income.record) = (terms.id, terms.currency, terms.record);
        (income.expiresAt, income.reclaimTo) = (terms.expiresAt, terms.reclaimTo);
        (income.kind, income.phase) = (DistributionKind.List, DistributionPhase.Announced);
        income.total = terms.gross;
        income.taxAccount = terms.taxAccount;
        _lists[distribution] = IncomeList({
            listKey: listKey,
            root: terms.root,
            count: terms.count,
            withheld: terms.withheld,
            funded: 0,
            planHash: terms.planHash
        });

        emit ListAnnounced(distribution, terms.id, terms.record, listKey, terms);
    }

    /// @inheritdoc IListDistributions
    function fund(uint256 distribution, uint256 amount) external nonReentrant returns (uint256 received) {
        Distribution storage income = _inPhase(distribution, DistributionPhase.Announced);
        IncomeList storage list = _lists[distribution];
        uint256 missing = income.total - list.funded;
        require(missing != 0, IncomeDeskFullyFunded(distribution));

        // What arrives is what counts, so that this one call comes before the changes; the guard makes it safe. More than was asked for
        // is a gift to nobody.
        uint256 asked = Math.min(amount, missing);
        received = Math.min(_pull(IERC20(income.currency), asked), asked);
        require(received != 0, IncomeDeskNothingReceived(distribution, msg.sender));

        list.funded += received;
        fundedBy[distribution][msg.sender] += received;

        emit ListFunded(distribution, msg.sender, received, missing - received);
    }

    /// @inheritdoc IListDistributions
    function unfund(uint256 distribution, address funder) external nonReentrant returns (uint256 amount) {
        Distribution storage income = _list(distribution);
        address receiver = shares.successorOf(funder);
        require(income.phase != DistributionPhase.Payable, IncomeDeskWrongPhase(distribution, income.phase));
        require(
            income.phase == DistributionPhase.Cancelled || msg.sender == funder || msg.sender == receiver,
            IncomeDeskNotFunder(distribution, funder, msg.sender)
        );
        amount = fundedBy[distribution][funder];
        require(amount != 0, IncomeDeskNothingFunded(distribution, funder));

        fundedBy[distribution][funder] = 0;
        _lists[distribution].funded -= amount;

        emit ListUnfunded(distribution, funder, amount);

        IERC20(income.currency).safeTransfer(receiver, amount);
    }

    /// @inheritdoc IListDistributions
    function publish(uint256 distribution) external restricted {
        Distribution storage income = _inPhase(distribution, DistributionPhase.Announced);
        _requireAllowed(income.currency);
        _requireClaimPeriod(income.expiresAt, income.reclaimTo);
        uint256 funded = _lists[distribution].funded;
        require(funded == income.total, IncomeDeskNotFunded(distribution, income.total, funded));

        income.phase = DistributionPhase.Payable;

        emit ListPublished(distribution);
    }

    /// @inheritdoc IListDistributions
    function cancel(uint256 distribution) external restricted {
        Distribution storage income = _inPhase(distribution, DistributionPhase.Announced);

        income.phase = DistributionPhase.Cancelled;
        delete listByKey[_lists[distribution].listKey];

        emit ListCancelled(distribution);
    }

    /// @inheritdoc IListDistributions
    function claimListed(uint256 distribution, ListLeaf calldata leaf, bytes32[] calldata proof) external nonReentrant {
        _requirePayable(distribution);
        IncomeList storage list = _lists[distribution];
        require(
            MerkleProof.verifyCalldata(proof, list.root, leafHash(list.listKey, leaf)),
            IncomeDeskNotListed(distribution, leaf.index, leaf.holder)
        );

        _payLeaf(distribution, leaf);
    }

    /// @inheritdoc IListDistributions
    function claimListedPage(
        uint256 distribution,
        ListLeaf[] calldata leaves,
        bytes32[] calldata proof,
        bool[] calldata proofFlags
    ) external nonReentrant returns (uint256 paid) {
        _requirePayable(distribution);
        _requireListed(distribution, leaves, proof, proofFlags);

        for (uint256 i = 0; i < leaves.length; ++i) {
            if (!isListedPaid(distribution, leaves[i].index) && _tryLeaf(distribution, leaves[i])) ++paid;
        }
    }

    /// @notice One payment of `claimListedPage`, whose proof was checked. For the desk itself.
    function payListedInPage(uint256 distribution, ListLeaf calldata leaf) external onlySelf {
        _payLeaf(distribution, leaf);
    }

    /// @inheritdoc IListDistributions
    function isListedPaid(uint256 distribution, uint256 index) public view returns (bool) {
        return (listedPaidWord[distribution][index >> 8] >> (index & 0xff)) & 1 == 1;
    }

    /// @inheritdoc IListDistributions
    function listOf(uint256 distribution) external view returns (IncomeList memory) {
        _list(distribution);
        return _lists[distribution];
    }

    /// @inheritdoc IIncomeBook
    function heldOf(uint256 distribution) public view virtual override returns (uint256) {
        bool isPayable = _existing(distribution).phase == DistributionPhase.Payable;
        return isPayable ? super.heldOf(distribution) : _lists[distribution].funded;
    }

    /// @inheritdoc IListDistributions
    function listKeyOf(uint256 id, uint32 record, address currency, bytes32 salt) public view returns (bytes32) {
        return keccak256(abi.encode(LIST_TYPE, block.chainid, address(this), id, record, currency, salt));
    }

    /// @inheritdoc IListDistributions
    function leafHash(bytes32 listKey, ListLeaf calldata leaf) public pure returns (bytes32) {
        // Twice, so that no pair of nodes (64 bytes) passes for a leaf.
        return
            keccak256(bytes.concat(keccak256(abi.encode(listKey, leaf.index, leaf.holder, leaf.gross, leaf.withheld))));
    }

    function _tryLeaf(uint256 distribution, ListLeaf calldata leaf) private returns (bool done) {
        bytes memory reason;
        (done, reason) = BoundedCallLib.tryCall(
            address(this),
            PAY_GAS,
            abi.encodeCall(this.payListedInPage, (distribution, leaf))
        );
        if (!done) emit ListedPaymentFailed(distribution, leaf.index, leaf.holder, reason);
    }

    function _payLeaf(uint256 distribution, ListLeaf calldata leaf) private {
        Distribution storage income = _distributions[distribution];
        IncomeList storage list = _lists[distribution];
        require(
            leaf.index < list.count && leaf.gross != 0 && leaf.withheld <= leaf.gross,
            IncomeDeskInvalidLeaf(distribution, leaf)
        );
        require(!isListedPaid(distribution, leaf.index), IncomeDeskLeafPaid(distribution, leaf.index));
        (uint256 grossLeft, uint256 withheldLeft) = (income.total - income.paid, list.withheld - income.withheld);
        require(
            leaf.gross <= grossLeft && leaf.withheld <= withheldLeft,
            IncomeDeskListExceeded(distribution, leaf, grossLeft, withheldLeft)
        );

        listedPaidWord[distribution][leaf.index >> 8] |= 1 << (leaf.index & 0xff);

        emit ListedIncomePaid(distribution, leaf.index, leaf.holder, leaf.gross, leaf.withheld);

        _pay(distribution, leaf.holder, leaf.gross, leaf.withheld);
    }

    function _requireListed(
        uint256 distribution,
        ListLeaf[] calldata leaves,
        bytes32[] calldata proof,
        bool[] calldata proofFlags
    ) private view {
        IncomeList storage list = _lists[distribution];
        (bytes32 root, bytes32 listKey) = (list.root, list.listKey);
        bytes32[] memory hashes = new bytes32[](leaves.length);
        for (uint256 i = 0; i < leaves.length; ++i) hashes[i] = leafHash(listKey, leaves[i]);

        require(
            MerkleProof.multiProofVerifyCalldata(proof, proofFlags, root, hashes),
            IncomeDeskPageNotListed(distribution)
        );
    }

    function _requirePayable(uint256 distribution) private view {
        _inPhase(distribution, DistributionPhase.Payable);
        _requireNotExpired(distribution);
    }

    function _inPhase(
        uint256 distribution,
        DistributionPhase phase
    ) private view returns (Distribution storage income) {
        income = _list(distribution);
        require(income.phase == phase, IncomeDeskWrongPhase(distribution, income.phase));
    }

    function _list(uint256 distribution) private view returns (Distribution storage income) {
        income = _existing(distribution);
        require(income.kind == DistributionKind.List, IncomeDeskNotAList(distribution));
    }

    function _isComplete(ListTerms calldata terms) private pure returns (bool) {
        bool hasTax = terms.withheld != 0;
        return
            terms.root != 0 &&
            terms.planHash != 0 &&
            terms.count != 0 &&
            terms.gross != 0 &&
            terms.withheld <= terms.gross &&
            hasTax == (terms.taxAccount != address(0));
    }
}
