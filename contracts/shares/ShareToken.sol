// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {IERC1155MetadataURI} from "@openzeppelin/contracts/token/ERC1155/extensions/IERC1155MetadataURI.sol";
import {ERC1155Utils} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Utils.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IInvestorRegistry} from "../investors/IInvestorRegistry.sol";
import {ITransferRules} from "../rules/ITransferRules.sol";
import {ReasonCodes} from "../rules/ReasonCodes.sol";
import {IERC5216} from "../standards/IERC5216.sol";
import {IERC5615} from "../standards/IERC5615.sol";
import {IERC7572} from "../standards/IERC7572.sol";
import {IERC7943MultiToken} from "../standards/IERC7943MultiToken.sol";
import {IAssetBoundTokenId} from "../standards/IERC8325.sol";
import {AssetListing} from "./AssetListing.sol";
import {AssetState, IShareToken} from "./IShareToken.sol";
import {Enforcement} from "./Enforcement.sol";
import {HeldShares} from "./HeldShares.sol";
import {NetSettlement} from "./NetSettlement.sol";
import {PermitLib} from "./PermitLib.sol";
import {PositionLib} from "./PositionLib.sol";
import {RecordBook} from "./RecordBook.sol";
import {ShareLedger} from "./ShareLedger.sol";
import {Asset, RegisterStorage, Royalty, ShareState} from "./ShareState.sol";
import {TransferView} from "./TransferView.sol";

/// @title The share register, as IShareToken describes
/// @dev ERC-1155 over its own one-slot storage (D10); OpenZeppelin's errors, acceptance checks and published behaviour. Records,
/// enforcement, net settlement and listing are libraries that act on the same storage: together they exceed what one contract may have.
contract ShareToken is ShareLedger, IERC1155MetadataURI, EIP712, AccessManagedUpgradeable, UUPSUpgradeable {
    uint96 private constant LARGEST_ROYALTY = 1_000; // basis points

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() EIP712("Moiety ShareToken", "1") {
        _disableInitializers();
    }

    /// @notice Sets the authority and the books this register works with; called once, by the proxy's constructor.
    function initialize(address authority_, address investors_, address rules_, address anchors_) external initializer {
        __AccessManaged_init(authority_);
        RegisterStorage storage $ = ShareState.get();
        $.investors = IInvestorRegistry(investors_);
        $.rules = ITransferRules(rules_);
        $.anchors = anchors_;
    }

    // Moving shares

    /// @inheritdoc IERC1155
    function safeTransferFrom(address from, address to, uint256 id, uint256 value, bytes calldata data) external {
        require(to != address(0), ERC1155InvalidReceiver(to));
        if (from != msg.sender) _spendAllowance(from, id, value);

        _moveOne(from, to, id, value);

        emit TransferSingle(msg.sender, from, to, id, value);
        if (to.code.length != 0) ERC1155Utils.checkOnERC1155Received(msg.sender, from, to, id, value, data);
    }

    /// @inheritdoc IERC1155
    function safeBatchTransferFrom(
        address from,
        address to,
        uint256[] calldata ids,
        uint256[] calldata values,
        bytes calldata data
    ) external {
        require(to != address(0), ERC1155InvalidReceiver(to));
        _spendAllowances(from, ids, values);

        _moveAll(from, to, ids, values);

        _emitTransfer(from, to, ids, values);
        ERC1155Utils.checkOnERC1155BatchReceived(msg.sender, from, to, ids, values, data);
    }

    /// @inheritdoc IShareToken
    function mint(address to, uint256 id, uint256 value, bytes calldata data) external restricted {
        require(to != address(0), ERC1155InvalidReceiver(to));

        _moveOne(address(0), to, id, value);

        emit TransferSingle(msg.sender, address(0), to, id, value);
        ERC1155Utils.checkOnERC1155Received(msg.sender, address(0), to, id, value, data);
    }

    /// @inheritdoc IShareToken
    function burn(address from, uint256 id, uint256 value) external restricted {
        require(from != address(0), ERC1155InvalidSender(from));

        _moveOne(from, address(0), id, value);

        emit TransferSingle(msg.sender, from, address(0), id, value);
    }

    /// @inheritdoc IShareToken
    function burnBatch(address from, uint256[] calldata ids, uint256[] calldata values) external restricted {
        require(from != address(0), ERC1155InvalidSender(from));

        _moveAll(from, address(0), ids, values);

        _emitTransfer(from, address(0), ids, values);
    }

    /// @inheritdoc IShareToken
    /// @dev Both lists go on as words: the compiler would take each entry into its hand.
    function settleNet(uint256 id, address[] calldata accounts, int256[] calldata deltas) external restricted {
        uint256[] calldata accountWords;
        uint256[] calldata deltaWords;
        assembly ("memory-safe") {
            accountWords.offset := accounts.offset
            accountWords.length := accounts.length
            deltaWords.offset := deltas.offset
            deltaWords.length := deltas.length
        }
        NetSettlement.settle(id, accountWords, deltaWords);
    }

    /// @inheritdoc IShareToken
    function settlePair(uint256 id, address from, address to, uint256 value) external restricted {
        NetSettlement.settlePair(id, from, to, value);
    }

    /// @inheritdoc IERC1155
    function setApprovalForAll(address operator, bool approved) external {
        require(operator != address(0), ERC1155InvalidOperator(operator));

        ShareState.get().approvals[msg.sender][operator] = approved;

        emit ApprovalForAll(msg.sender, operator, approved);
    }

    /// @inheritdoc IERC5216
    function approve(address operator, uint256 id, uint256 amount) external {
        PermitLib.approve(msg.sender, operator, id, amount);
    }

    /// @inheritdoc IShareToken
    function permit(
        address owner,
        address operator,
        uint256 id,
        uint256 value,
        uint256 deadline,
        bytes calldata signature
    ) external {
        PermitLib.permit(_domainSeparatorV4(), owner, operator, id, value, deadline, signature);
    }

    // Enforcement: never stopped by a pause, a state, a rule or a receiver (D17)

    /// @inheritdoc IERC7943MultiToken
    function forcedTransfer(address from, address to, uint256 id, uint256 amount) external restricted returns (bool) {
        Enforcement.force(from, to, id, amount);

        return true;
    }

    /// @inheritdoc IERC7943MultiToken
    function setFrozenTokens(address account, uint256 id, uint256 amount) external restricted returns (bool) {
        HeldShares.setFrozen(account, id, amount);

        return true;
    }

    /// @inheritdoc IShareToken
    function recoverPositions(address lost, uint256[] calldata ids) external {
        Enforcement.recover(lost, ids);
    }

    /// @inheritdoc IShareToken
    function pause() external restricted {
        _setPaused(true);
    }

    /// @inheritdoc IShareToken
    function unpause() external restricted {
        _setPaused(false);
    }

    /// @inheritdoc IShareToken
    function setAssetPaused(uint256 id, bool paused_) external restricted {
        Asset storage asset = ShareState.listed(id);
        require((asset.flags & ShareState.PAUSED != 0) != paused_, ShareTokenAssetPauseUnchanged(id, paused_));

        asset.flags ^= ShareState.PAUSED;

        emit AssetPauseSet(id, paused_, msg.sender);
    }

    // The life of an asset

    /// @inheritdoc IShareToken
    function listAsset(uint256 id, bytes32 anchorId, uint64 cap, string calldata uri_) external restricted {
        AssetListing.list(id, anchorId, cap, uri_);
    }

    /// @inheritdoc IShareToken
    function setAssetState(uint256 id, AssetState next) external restricted {
        AssetListing.setState(id, next);
    }

    /// @inheritdoc IShareToken
    function setRuled(uint256 id, bool ruled) external {
        RegisterStorage storage $ = ShareState.get();
        require(msg.sender == address($.rules), ShareTokenNotRules(msg.sender));

        Asset storage asset = $.assets[id];
        asset.flags = ruled ? asset.flags | ShareState.RULED : asset.flags & ~ShareState.RULED;

        emit RuledSet(id, ruled);
    }

    /// @inheritdoc IShareToken
    function setRoyalty(uint256 id, address receiver, uint96 basisPoints) external restricted {
        require(basisPoints <= LARGEST_ROYALTY, ShareTokenRoyaltyTooHigh(id, basisPoints));

        ShareState.get().royalties[id] = Royalty(receiver, basisPoints);

        emit RoyaltySet(id, receiver, basisPoints);
    }

    /// @inheritdoc IShareToken
    function setContractURI(string calldata uri_) external restricted {
        ShareState.get().contractURI = uri_;

        emit ContractURIUpdated();
    }

    /// @inheritdoc IShareToken
    function setRegistry(bytes4 interfaceId, address registry) external restricted {
        ShareState.get().registries[interfaceId] = registry;

        emit RegistrySet(interfaceId, registry);
    }

    /// @inheritdoc IShareToken
    function lock(address account, uint256 id, uint256 value) external restricted {
        HeldShares.lock(account, id, value);
    }

    /// @inheritdoc IShareToken
    function unlock(address account, uint256 id, uint256 value) external restricted {
        HeldShares.unlock(account, id, value);
    }

    /// @inheritdoc IShareToken
    function openRecord(uint256 id, uint48 instant) external restricted returns (uint32 record) {
        return RecordBook.open(id, instant);
    }

    /// @inheritdoc IShareToken
    function cancelRecord(uint256 id, uint32 record) external restricted {
        RecordBook.cancel(id, record);
    }

    // Reading

    /// @inheritdoc IShareToken
    function recordAt(uint256 id, uint32 record) external view returns (uint48 instant, bool cancelled) {
        return RecordBook.recordAt(id, record);
    }

    /// @inheritdoc IShareToken
    function recordCount(uint256 id) external view returns (uint32) {
        return RecordBook.recordCount(id);
    }

    /// @inheritdoc IShareToken
    function balanceOfAt(address account, uint256 id, uint32 record) external view returns (uint256) {
        return RecordBook.balanceOfAt(account, id, record);
    }

    /// @inheritdoc IShareToken
    function supplyAt(uint256 id, uint32 record) external view returns (uint256) {
        return RecordBook.supplyAt(id, record);
    }

    /// @inheritdoc IShareToken
    function everHeldCount(uint256 id) external view returns (uint256) {
        return ShareState.get().holders[id].length;
    }

    /// @inheritdoc IShareToken
    function holdersPage(
        uint256 id,
        uint256 first,
        uint256 count
    ) external view returns (address[] memory accounts, uint256[] memory balances) {
        return RecordBook.holdersPage(id, first, count);
    }

    /// @inheritdoc IShareToken
    function holdersPageAt(
        uint256 id,
        uint32 record,
        uint256 first,
        uint256 count
    ) external view returns (address[] memory accounts, uint256[] memory balances) {
        return RecordBook.holdersPageAt(id, record, first, count);
    }

    /// @inheritdoc IERC7943MultiToken
    function canTransfer(address from, address to, uint256 id, uint256 amount) external view returns (bool) {
        return TransferView.isPermitted(from, to, id, amount);
    }

    /// @inheritdoc IERC7943MultiToken
    function canSend(address account) external view returns (bool) {
        return ShareState.get().investors.sendCode(account) == ReasonCodes.ACCEPTED;
    }

    /// @inheritdoc IERC7943MultiToken
    function canReceive(address account) external view returns (bool) {
        return ShareState.get().investors.receiveCode(account) == ReasonCodes.ACCEPTED;
    }

    /// @inheritdoc IERC7943MultiToken
    function getFrozenTokens(address account, uint256 id) external view returns (uint256) {
        return ShareState.get().positions[id][account].frozen;
    }

    /// @inheritdoc IShareToken
    function spendableOf(address account, uint256 id) external view returns (uint256) {
        return PositionLib.spendable(ShareState.get().positions[id][account]);
    }

    /// @inheritdoc IShareToken
    function lockedOf(address account, uint256 id) external view returns (uint256) {
        return ShareState.get().positions[id][account].locked;
    }

    /// @inheritdoc IERC1155
    function balanceOf(address account, uint256 id) public view returns (uint256) {
        return ShareState.get().positions[id][account].balance;
    }

    /// @inheritdoc IERC1155
    function balanceOfBatch(
        address[] calldata accounts,
        uint256[] calldata ids
    ) external view returns (uint256[] memory balances) {
        require(accounts.length == ids.length, ERC1155InvalidArrayLength(ids.length, accounts.length));
        balances = new uint256[](accounts.length);
        for (uint256 i = 0; i < accounts.length; ++i) balances[i] = balanceOf(accounts[i], ids[i]);
    }

    /// @inheritdoc IERC1155
    function isApprovedForAll(address account, address operator) public view returns (bool) {
        return ShareState.get().approvals[account][operator];
    }

    /// @inheritdoc IERC5216
    function allowance(address account, address operator, uint256 id) external view returns (uint256) {
        return ShareState.get().allowances[account][operator][id];
    }

    /// @inheritdoc IShareToken
    function nonces(address owner) external view returns (uint256) {
        return ShareState.get().nonces[owner];
    }

    /// @inheritdoc IShareToken
    function heldAssetsOf(address account) external view returns (uint256) {
        return ShareState.get().heldAssets[account];
    }

    /// @inheritdoc IERC2981
    function royaltyInfo(uint256 id, uint256 price) external view returns (address receiver, uint256 amount) {
        Royalty storage royalty = ShareState.get().royalties[id];
        return (royalty.receiver, Math.mulDiv(price, royalty.basisPoints, 10_000));
    }

    /// @inheritdoc IERC7572
    function contractURI() external view returns (string memory) {
        return ShareState.get().contractURI;
    }

    /// @inheritdoc IShareToken
    function registryOf(bytes4 interfaceId) external view returns (address) {
        return ShareState.get().registries[interfaceId];
    }

    /// @inheritdoc IERC5267
    function eip712Domain()
        public
        view
        override(EIP712, IERC5267)
        returns (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        )
    {
        return super.eip712Domain();
    }

    /// @inheritdoc IERC1155MetadataURI
    function uri(uint256 id) external view returns (string memory) {
        return ShareState.get().uris[id];
    }

    /// @inheritdoc IERC5615
    function exists(uint256 id) external view returns (bool) {
        return ShareState.get().assets[id].state != AssetState.Unlisted;
    }

    /// @inheritdoc IERC5615
    function totalSupply(uint256 id) external view returns (uint256) {
        return ShareState.get().assets[id].supply;
    }

    /// @inheritdoc IShareToken
    function stateOf(uint256 id) external view returns (AssetState) {
        return ShareState.get().assets[id].state;
    }

    /// @inheritdoc IShareToken
    function capOf(uint256 id) external view returns (uint256) {
        return ShareState.get().assets[id].cap;
    }

    /// @inheritdoc IShareToken
    function paused() external view returns (bool) {
        return ShareState.get().paused;
    }

    /// @inheritdoc IShareToken
    function isAssetPaused(uint256 id) external view returns (bool) {
        return ShareState.get().assets[id].flags & ShareState.PAUSED != 0;
    }

    /// @inheritdoc IShareToken
    function isRuled(uint256 id) external view returns (bool) {
        return ShareState.get().assets[id].flags & ShareState.RULED != 0;
    }

    /// @inheritdoc IShareToken
    function investors() external view returns (address) {
        return address(ShareState.get().investors);
    }

    /// @inheritdoc IShareToken
    function rules() external view returns (address) {
        return address(ShareState.get().rules);
    }

    /// @inheritdoc IAssetBoundTokenId
    function anchorIdOf(uint256 id) external view returns (bytes32) {
        return ShareState.listed(id).anchorId;
    }

    /// @inheritdoc IAssetBoundTokenId
    function anchorRegistry() external view returns (address) {
        return ShareState.get().anchors;
    }

    /// @inheritdoc IAssetBoundTokenId
    function isAnchorActiveFor(uint256 id) external view returns (bool) {
        return AssetListing.isBound(ShareState.listed(id).anchorId, id);
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return
            interfaceId == type(IERC165).interfaceId ||
            interfaceId == type(IERC1155).interfaceId ||
            interfaceId == type(IERC1155MetadataURI).interfaceId ||
            interfaceId == type(IERC2981).interfaceId ||
            interfaceId == type(IERC5216).interfaceId ||
            interfaceId == type(IERC5267).interfaceId ||
            interfaceId == type(IERC5615).interfaceId ||
            interfaceId == type(IERC7572).interfaceId ||
            interfaceId == type(IERC7943MultiToken).interfaceId ||
            interfaceId == type(IAssetBoundTokenId).interfaceId;
    }

    /// @dev Owner and operators approved for all move freely; everybody else within the allowance for the id, which shrinks. The
    /// largest number is no limit, and stays.
    function _spendAllowance(address owner, uint256 id, uint256 value) private {
        require(owner != address(0), ERC1155InvalidSender(owner));
        if (owner == msg.sender || isApprovedForAll(owner, msg.sender)) return;
        uint256 allowed = ShareState.get().allowances[owner][msg.sender][id];
        require(allowed != 0, ERC1155MissingApprovalForAll(msg.sender, owner));
        require(value <= allowed, ShareTokenInsufficientAllowance(owner, msg.sender, id, allowed, value));
        if (allowed != type(uint256).max) ShareState.get().allowances[owner][msg.sender][id] = allowed - value;
    }

    /// @dev An empty batch needs an approval like any other, as with OpenZeppelin.
    function _spendAllowances(address owner, uint256[] calldata ids, uint256[] calldata values) private {
        require(ids.length == values.length, ERC1155InvalidArrayLength(ids.length, values.length));
        require(owner != address(0), ERC1155InvalidSender(owner));
        if (owner == msg.sender || isApprovedForAll(owner, msg.sender)) return;
        require(ids.length != 0, ERC1155MissingApprovalForAll(msg.sender, owner));
        for (uint256 i = 0; i < ids.length; ++i) _spendAllowance(owner, ids[i], values[i]);
    }

    /// @dev As OpenZeppelin does: one item is a single, also when it came as a batch.
    function _emitTransfer(address from, address to, uint256[] calldata ids, uint256[] calldata values) private {
        if (ids.length == 1) emit TransferSingle(msg.sender, from, to, ids[0], values[0]);
        else emit TransferBatch(msg.sender, from, to, ids, values);
    }

    function _setPaused(bool paused_) private {
        RegisterStorage storage $ = ShareState.get();
        require($.paused != paused_, ShareTokenPauseUnchanged(paused_));

        $.paused = paused_;

        emit PauseSet(paused_, msg.sender);
    }

    function _authorizeUpgrade(address) internal override restricted {}
}
